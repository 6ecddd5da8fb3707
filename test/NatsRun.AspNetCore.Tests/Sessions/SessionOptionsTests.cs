using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests.Sessions;

public class SessionOptionsTests
{
    private const string NowhereUrl = "nats://127.0.0.1:1";

    [Fact]
    public async Task Start_ManyBadOptions_NamesThemAll()
    {
        var (app, _, _) = SessionNode.Build(
            NowhereUrl,
            new SessionNames(),
            ("NatsRun:Sessions:Lifetime", "00:00:10"),
            ("NatsRun:Sessions:Replicas", "9"),
            ("NatsRun:Sessions:KeyBucket", "a.b"),
            ("NatsRun:Sessions:RevocationBucket", "a.b"),
            ("NatsRun:Sessions:AllowedOrigins:0", "https://app.example.org"),
            ("NatsRun:Sessions:AllowedOrigins:1", "*"),
            ("NatsRun:Sessions:AllowedOrigins:2", "https://app.example.org/path"),
            ("NatsRun:Sessions:KeyEncryptionCertificatePath", "/nowhere/cert.pfx"));
        await using var _1 = app;

        var errors = (await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync())).Failures.ToArray();

        Assert.Equal(8, errors.Length);
        Assert.All(errors, error => Assert.StartsWith("NatsRun:Sessions", error, StringComparison.Ordinal));
        foreach (var key in new[] { "Lifetime", "Replicas", "KeyBucket:", "RevocationBucket:", "both", "AllowedOrigins:1", "AllowedOrigins:2", "KeyEncryptionCertificatePath" })
        {
            Assert.Single(errors, error => error.Contains(key, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Development", null, true)]
    [InlineData("Production", null, false)]
    [InlineData("Production", true, true)]
    [InlineData("Development", false, false)]
    public void AllowGuests_Environment_DecidesUnlessSet(string environment, bool? set, bool expected)
    {
        var options = new SessionOptions { AllowGuests = set };
        new SessionOptionsSetup(new Environment { EnvironmentName = environment }).PostConfigure(null, options);

        Assert.Equal(expected, options.AllowGuests);
    }

    [Fact]
    public async Task Options_Configured_AreBound()
    {
        var (app, _, _) = SessionNode.Build(
            NowhereUrl,
            new SessionNames(),
            ("NatsRun:Sessions:Lifetime", "2.00:00:00"),
            ("NatsRun:Sessions:AllowedOrigins:0", "https://a.example.org"),
            ("NatsRun:Sessions:AllowGuests", "true"));
        await using var _1 = app;

        var options = app.Services.GetRequiredService<IOptions<SessionOptions>>().Value;

        Assert.Equal(TimeSpan.FromDays(2), options.Lifetime);
        Assert.Equal(["https://a.example.org"], options.AllowedOrigins);
        Assert.True(options.AllowGuests);
    }

    private sealed class Environment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "";

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = null!;
    }
}
