namespace NatsRun.Routing;

/// <summary>The order in which all matching routes are given.</summary>
public enum SubjectRouteOrder
{
    /// <summary>By <see cref="SubjectPattern.Specificity"/>, the highest first; equal ones in the order of registration.</summary>
    Specificity,

    /// <summary>In the order of registration.</summary>
    Insertion,
}
