using NATS.Client.JetStream.Models;

namespace NatsRun;

/// <summary>
/// What a refusal of the JetStream API means for a declaration. The codes are those of the server's list of errors
/// (https://github.com/nats-io/nats-server/blob/main/server/errors.json).
/// </summary>
internal static class Refusal
{
    public const int StreamNameInUse = 10058;
    public const int SubjectsOverlap = 10065;
    public const int ConsumerRefused = 10012;
    private const int InvalidStream = 10052;
    private const int ReplicasWithoutCluster = 10074;

    /// <summary>Reported as the client's fault, and yet other servers, accounts or limits end them: too few peers, limits reached, a move under way.</summary>
    private static readonly HashSet<int> Passing = [10002, 10005, 10026, 10027, 10040, 10044, 10105, 10120, 10124, 10202, 10226];

    /// <summary>True when asking again can only bring the same answer, until somebody changes a declaration or what the server has.</summary>
    public static bool IsFinal(ApiError error) =>
        error.ErrCode is InvalidStream or ReplicasWithoutCluster || (error.Code == 400 && !Passing.Contains(error.ErrCode));
}
