using System.Diagnostics;
using System.Globalization;

namespace NatsRun.LocalServer.Supervision;

/// <summary>
/// The small shell program between the host and nats-server. It runs in a session of its own, so that Ctrl+C in the host's terminal
/// reaches neither it nor the server, and reads commands from a pipe whose other end only the host holds. The end of the pipe means that
/// the host wants the server gone, or that the host itself is gone in whatever way: the server is terminated, and killed if it stays.
/// </summary>
internal static class Watchdog
{
    /// <summary>From now on the store folder survives the end of the pipe; the host looks after it.</summary>
    public const string Keep = "keep";

    // Descriptor 3 is the host's pipe (a shell gives its background jobs /dev/null as standard input), 4 tells the host the server's
    // process id, 9 is the store's lock, which the server inherits: a store is free only when the last server on it has ended.
    private const string Script =
        """
        grace=$1 temporary=$2 lock=$3
        shift 3
        exec 3<&0 4>&1 </dev/null >/dev/null
        if [ -n "$lock" ]; then exec 9>>"$lock" && flock 9 || exit 1; fi
        "$@" >&2 3<&- 4>&- &
        server=$!
        exec 2>/dev/null
        trap '' HUP INT TERM
        echo "$server" >&4
        exec 4>&-
        while IFS= read -r command <&3; do
            case $command in
                keep) temporary= ;;
                *) kill -s "$command" "$server" ;;
            esac
        done
        kill -s TERM "$server"
        kill -s CONT "$server"
        (
            exec 3<&- 9>&-
            while [ "$grace" -gt 0 ]; do
                sleep 0.1
                kill -s 0 "$server" || exit 0
                grace=$((grace - 1))
            done
            kill -s KILL "$server"
        ) &
        wait "$server"
        code=$?
        [ -z "$temporary" ] || rm -rf -- "$temporary"
        exit "$code"
        """;

    public static ProcessStartInfo For(ServerCommand command)
    {
        var grace = (int)Math.Ceiling(command.StopTimeout.TotalSeconds * 10);
        var start = new ProcessStartInfo(Setsid())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "sh", "-c", Script, "natsrun-watchdog",
            grace.ToString(CultureInfo.InvariantCulture), command.TemporaryFolder ?? "", command.LockFile ?? "",
            .. command.CommandLine(),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static string Setsid() =>
        ProgramPath.Find("setsid", Environment.GetEnvironmentVariable("PATH"))
        ?? throw new LocalNatsServerException(
            "The program setsid (of util-linux) was not found; a local nats-server needs it. Install util-linux, or start nats-server "
            + "yourself and set NatsRun:Nats:Url (NATS_URL).");
}
