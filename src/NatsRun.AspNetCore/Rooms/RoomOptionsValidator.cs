using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore;

/// <summary>Refuses unusable settings of rooms, all at once, each with its key and value.</summary>
internal sealed class RoomOptionsValidator : IValidateOptions<RoomOptions>
{
    private const int LargestMessage = 32 * 1024 * 1024;
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, RoomOptions options)
    {
        var errors = new List<string>();
        Check(errors, nameof(options.MaxMessageBytes), options.MaxMessageBytes, 1, LargestMessage);
        Check(errors, nameof(options.SendQueueBytes), options.SendQueueBytes, options.MaxMessageBytes, int.MaxValue / 2);
        Check(errors, nameof(options.MessagesPerSecond), options.MessagesPerSecond, 1, int.MaxValue);
        Check(errors, nameof(options.Burst), options.Burst, 1, int.MaxValue);
        Check(errors, nameof(options.MaxSocketsPerClient), options.MaxSocketsPerClient, 1, int.MaxValue);
        CheckTime(errors, nameof(options.PingInterval), options.PingInterval, TimeSpan.FromMilliseconds(1));
        CheckTime(errors, nameof(options.PingTimeout), options.PingTimeout, TimeSpan.FromMilliseconds(1));
        CheckTime(errors, nameof(options.CloseTimeout), options.CloseTimeout, TimeSpan.FromMilliseconds(1));
        CheckTime(errors, nameof(options.RoomLinger), options.RoomLinger, TimeSpan.Zero);
        CheckTime(errors, nameof(options.DrainTimeout), options.DrainTimeout, TimeSpan.Zero);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check(List<string> errors, string key, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            errors.Add($"{RoomOptions.Section}:{key} is {value}, and must be {least} to {most}.");
        }
    }

    private static void CheckTime(List<string> errors, string key, TimeSpan value, TimeSpan least)
    {
        if (value < least || value > LongestTime)
        {
            errors.Add($"{RoomOptions.Section}:{key} is {value}, and must be {least} to {LongestTime}.");
        }
    }
}
