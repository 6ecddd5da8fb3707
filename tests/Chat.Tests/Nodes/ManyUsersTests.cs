using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using NatsRun.Testing;

namespace Chat.Tests.Nodes;

[Collection(AloneCollection.Name)]
public sealed class ManyUsersTests(ITestOutputHelper output)
{
    [Fact]
    public async Task TenThousandUsers_From32Connections_AreAllCreatedOnce()
    {
        const int users = 10_000;
        const int connections = 32;
        await using var server = await NatsServerFixture.StartAsync();
        await using var nats = await server.ConnectAsync();
        await using var demo = await Demo.StartAsync(server.Url);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = connections }) { BaseAddress = demo.Url };

        var started = 0;
        var locations = new ConcurrentBag<string>();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref started) <= users)
            {
                using var response = await Users.PostAsync(http);
                Assert.Equal(HttpStatusCode.Created, response.StatusCode);
                locations.Add(response.Headers.Location!.ToString());
            }
        })));
        output.WriteLine($"{users} users took {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s.");

        Assert.Equal(users, locations.Distinct().Count());
        await Eventually.Equal(UserCounts.ExactlyOnce(users), () => Users.CountAsync(nats), "every request was handled once");
    }
}
