using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore.Tests;

public sealed class RoomOptionsTests
{
    [Fact]
    public void ReservedRoomIds_FromConfigurationAndCode_AddToTheDefault()
    {
        var options = Read(new() { ["NatsRun:Rooms:ReservedRoomIds:0"] = "assets" }, o => o.ReservedRoomIds.Add("favicon.ico"));

        Assert.Equal(["assets", "favicon.ico", "healthz", "index", "readyz", "rooms", "users"], options.ReservedRoomIds.Order());
        Assert.Contains("ASSETS", options.ReservedRoomIds);
    }

    [Fact]
    public void Validate_SeveralBadValues_ReportsAllWithKeyAndValue()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read(
            new() { ["NatsRun:Rooms:Burst"] = "0", ["NatsRun:Rooms:PingInterval"] = "-00:00:01", ["NatsRun:Rooms:SendQueueBytes"] = "10" }, null));

        Assert.Equal(3, error.Failures.Count());
        Assert.Contains(error.Failures, f => f.Contains("NatsRun:Rooms:Burst is 0", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_TheDefaults_AreGood() => Assert.Equal(65536, Read([], null).MaxMessageBytes);

    private static RoomOptions Read(Dictionary<string, string?> settings, Action<RoomOptions>? configure)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddNatsRun().AddRooms(configure);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<RoomOptions>>().Value;
    }
}
