using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace NatsRun;

/// <summary>Fills the URL from <c>NATS_URL</c> where the option is not set.</summary>
internal sealed class NatsServerOptionsSetup(IConfiguration configuration) : IPostConfigureOptions<NatsServerOptions>
{
    public const string DefaultUrl = "nats://127.0.0.1:4222";

    public void PostConfigure(string? name, NatsServerOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Url))
        {
            options.Url = configuration["NATS_URL"] is { Length: > 0 } url ? url : DefaultUrl;
        }
    }
}
