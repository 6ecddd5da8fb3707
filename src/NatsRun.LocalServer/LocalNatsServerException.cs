namespace NatsRun.LocalServer;

/// <summary>A local nats-server could not be found or started. The message says why and what to do.</summary>
public sealed class LocalNatsServerException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public LocalNatsServerException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong and what to do.</param>
    public LocalNatsServerException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public LocalNatsServerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
