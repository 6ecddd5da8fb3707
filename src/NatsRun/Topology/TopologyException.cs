namespace NatsRun;

/// <summary>
/// A declared stream, consumer or bucket is refused by the server for good, or cannot be had without deleting what the server has,
/// which NatsRun never does.
/// The message shows both sides.
/// </summary>
public sealed class TopologyException : NatsRunStartException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is declared and what the server has.</param>
    /// <param name="innerException">The server's refusal, if there was one.</param>
    public TopologyException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
