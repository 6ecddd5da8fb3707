namespace NatsRun;

/// <summary>
/// Something that trying again cannot mend: it stops the start or, when NATS arrives only later, keeps the process unready.
/// </summary>
public class NatsRunStartException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do about it.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public NatsRunStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
