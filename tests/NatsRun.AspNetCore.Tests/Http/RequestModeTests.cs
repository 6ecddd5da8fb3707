using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using NATS.Client.Core;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests.Http;

public sealed class RequestModeTests(NatsServerFixture nats)
{
    private static void MapUsers(WebApplication app, string prefix)
    {
        app.MapNatsRequest("GET", "/users/{id}");
        app.MapNatsRequest("POST", "/users/{id}");
        app.MapNatsRequest("GET", "/");
        app.MapNatsRequest("GET", "/Files/{**path}");
        app.MapGroup("/api/v1").MapNatsRequest("GET", "/things/{id}");
    }

    [Fact]
    public async Task Get_WithReply_GivesItsPayloadTypeAndListedHeadersAlone()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.StartAsync(app.Nats, $"{app.Prefix}.call.get.users.*", m => m.ReplyAsync(
            Encoding.UTF8.GetBytes("{}"),
            new NatsHeaders { ["Content-Type"] = "application/json", ["ETag"] = "\"1\"", ["Set-Cookie"] = "clientId=evil", ["X-Internal"] = "1", ["Http-Status"] = "203" }));

        var response = await app.Client.GetAsync("/users/42");

        Assert.Equal(203, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("{}", await response.Content.ReadAsStringAsync());
        Assert.Equal("\"1\"", response.Headers.ETag?.Tag);
        Assert.False(response.Headers.Contains("X-Internal"));
        Assert.DoesNotContain(response.Headers.GetValues("Set-Cookie"), c => c.Contains("evil"));
        Assert.Equal(22, response.Headers.GetValues("Request-Id").Single().Length);
        Assert.Equal($"{app.Prefix}.call.get.users.42", service.Received.Single().Subject);
    }

    [Fact]
    public async Task Post_WithHeaders_PassesOnTheListedAndNeverSecrets()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.call.>");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/users/42?q=%C3%A9&x=1") { Content = new StringContent("hi", Encoding.UTF8, "text/plain") };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer secret");
        request.Headers.TryAddWithoutValidation("Cookie", "a=b");
        request.Headers.TryAddWithoutValidation("Nats-Msg-Id", "forged");
        request.Headers.TryAddWithoutValidation("Client-Id", "forged");
        request.Headers.TryAddWithoutValidation("Reply-To", "$JS.API.STREAM.PURGE.users");
        request.Headers.TryAddWithoutValidation("If-Match", "\"7\"");
        request.Headers.TryAddWithoutValidation("Accept-Language", "de");
        request.Headers.TryAddWithoutValidation("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        var response = await app.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var headers = service.Received.Single().Headers!;
        Assert.Equal("\"7\"", headers["If-Match"]);
        Assert.Equal("de", headers["Accept-Language"]);
        Assert.Equal("POST", headers["Http-Method"]);
        Assert.Equal("/users/42", headers["Http-Path"]);
        Assert.Equal("q=%C3%A9&x=1", headers["Http-Query"]);
        Assert.Equal("text/plain; charset=utf-8", headers["Content-Type"]);
        Assert.Contains("0af7651916cd43dd8448eb211c80319c", headers["traceparent"].ToString());
        Assert.Matches("^c[a-z2-7]{16}$", headers["Client-Id"].ToString());
        Assert.Equal($"{app.Prefix}.clients.{headers["Client-Id"]}.push", headers["Reply-To"]);
        Assert.Equal(response.Headers.GetValues("Request-Id").Single(), headers["Request-Id"]);
        Assert.DoesNotContain(headers.Keys, k => k is "Authorization" or "Cookie" or "Nats-Msg-Id" or "Host");
    }

    [Fact]
    public async Task Post_Utf8Header_ArrivesUnharmed()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.call.>");

        await app.SendRawAsync($"GET /users/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIf-Match: \"\u00c3\u00a9\"\r\n\r\n");

        Assert.Equal("\"é\"", service.Received.Single().Headers!["If-Match"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task Post_BinaryBodyInChunks_ComesBackByteForByte(int size)
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.call.>");
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/users/1") { Content = new StreamContent(new MemoryStream(bytes)) };
        request.Headers.TransferEncodingChunked = true;

        var response = await app.Client.SendAsync(request);

        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Head_OnGetRoute_AsksAsGetAndHasNoBody()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.StartAsync(app.Nats, $"{app.Prefix}.call.get.users.*", m => m.ReplyAsync(new byte[123]));

        var response = await app.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/users/1"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(123, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/", "index")]
    [InlineData("/USERS/A.b", "users.A%2Eb")]
    [InlineData("/users/%2a/", "users.%2A")]
    [InlineData("/users/%3E?a=/../b", "users.%3E")]
    [InlineData("/users/%252F", "users.%252F")]
    [InlineData("/users/%C3%A9", "users.é")]
    [InlineData("/files/a/b.c", "Files.a.b%2Ec")]
    [InlineData("/API/v1/Things/X", "api.v1.things.X")]
    [InlineData("http://HOST/users/7", "users.7")]
    public async Task Get_CanonicalTarget_HasItsSubject(string target, string subject)
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.call.>");

        var status = await app.GetRawAsync(target.Replace("HOST", $"127.0.0.1:{app.Url.Port}"));

        Assert.Equal(200, status);
        Assert.Equal($"{app.Prefix}.call.get.{subject}", service.Received.Single().Subject);
    }

    [Theory]
    [InlineData("/users/a%2Fb", 400)]
    [InlineData("/x/../users/1", 400)]
    [InlineData("/users/./1", 400)]
    [InlineData("/users/%2e%2e/users/1", 400)]
    [InlineData("/users//1", 404)]
    [InlineData("/users/%zz", 400)]
    [InlineData("/users/%ff%fe", 400)]
    [InlineData("/users/%00", 400)]
    [InlineData("/users/\u00e9", 400)]
    public async Task Get_TargetThatIsNotCanonical_IsRefusedAndNothingIsPublished(string target, int expected)
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.>");

        Assert.Equal(expected, await app.GetRawAsync(target));

        Assert.Equal(200, await app.GetRawAsync("/users/1"));
        Assert.Single(service.Received);
    }

    [Fact]
    public async Task Get_SubjectAbove1024Bytes_Is414AndTheConnectionLives()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.call.>");

        Assert.Equal(414, await app.GetRawAsync("/users/" + new string('x', 5_000)));
        Assert.Equal(200, await app.GetRawAsync("/users/1"));
        Assert.Equal(NatsConnectionState.Open, app.Nats.ConnectionState);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_BodyAboveTheLimit_Is413(bool chunked)
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers, settings: new() { ["NatsRun:Http:MaxBodyBytes"] = "1000" });
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.call.>");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/users/1") { Content = new StreamContent(new MemoryStream(new byte[1001])) };
        request.Headers.TransferEncodingChunked = chunked;

        var response = await app.Client.SendAsync(request);

        await AssertProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, "body-too-large");
        Assert.Empty(service.Received);
        Assert.Equal(HttpStatusCode.OK, (await app.Client.PostAsync("/users/1", new ByteArrayContent(new byte[1000]))).StatusCode);
    }

    [Fact]
    public async Task Post_BodyThatIsNeverSentWhole_Is413BeforeItsEnd()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers, settings: new() { ["NatsRun:Http:MaxBodyBytes"] = "1000" });

        var response = await app.SendRawAsync("POST /users/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 9999999999\r\n\r\nabc");

        Assert.StartsWith("HTTP/1.1 413", response);
    }

    [Fact]
    public async Task Post_BodyAboveTheServersMaxPayload_Is413AndTheConnectionLives()
    {
        await using var server = await NatsServerFixture.StartAsync("max_payload: 4KB");
        await using var app = await GatewayApp.StartAsync(server.Url, MapUsers);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.call.>");

        await AssertProblemAsync(await app.Client.PostAsync("/users/1", new ByteArrayContent(new byte[4000])), HttpStatusCode.RequestEntityTooLarge, "body-too-large");
        Assert.Equal(HttpStatusCode.OK, (await app.Client.PostAsync("/users/1", new ByteArrayContent(new byte[1000]))).StatusCode);
    }

    [Fact]
    public async Task Get_NobodyListens_Is503WithRetryAfter()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);

        var response = await app.Client.GetAsync("/users/1");

        await AssertProblemAsync(response, HttpStatusCode.ServiceUnavailable, "no-responders");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Get_NoReplyInTime_Is504()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers, settings: new() { ["NatsRun:Http:RequestTimeout"] = "00:00:00.200" });
        await using var service = await Responder.StartAsync(app.Nats, $"{app.Prefix}.call.>", _ => default);

        await AssertProblemAsync(await app.Client.GetAsync("/users/1"), HttpStatusCode.GatewayTimeout, "no-reply");
    }

    [Theory]
    [InlineData("Http-Status", "abc")]
    [InlineData("Http-Status", "99")]
    [InlineData("Http-Status", "101")]
    [InlineData("Http-Status", "600")]
    [InlineData("Content-Type", "no media type")]
    [InlineData("Location", "/é")]
    [InlineData("Content-Type", "text/plain; a=\"é\"")]
    [InlineData("Content-Type", "text/plain; a=\"\u0001\"")]
    public async Task Get_MalformedReply_Is502(string header, string value)
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.StartAsync(app.Nats, $"{app.Prefix}.call.>", m => m.ReplyAsync(new byte[1], new NatsHeaders { [header] = value }));

        await AssertProblemAsync(await app.Client.GetAsync("/users/1"), HttpStatusCode.BadGateway, "malformed-reply");
    }

    [Theory]
    [InlineData("404", 404)]
    [InlineData("7", 500)]
    public async Task Get_ServiceErrorWithoutBody_IsAProblemWithItsStatus(string code, int status)
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.StartAsync(app.Nats, $"{app.Prefix}.call.>", m => m.ReplyAsync(
            Array.Empty<byte>(), new NatsHeaders { ["Nats-Service-Error-Code"] = code, ["Nats-Service-Error"] = "gone fishing" }));

        var response = await app.Client.GetAsync("/users/1");

        await AssertProblemAsync(response, (HttpStatusCode)status, "service-error");
        Assert.Contains("gone fishing", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("204")]
    [InlineData("304")]
    public async Task Get_StatusWithoutBody_HasNone(string status)
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.StartAsync(app.Nats, $"{app.Prefix}.call.>", m => m.ReplyAsync(new byte[5], new NatsHeaders { ["Http-Status"] = status }));

        var response = await app.Client.GetAsync("/users/1");

        Assert.Equal(status, ((int)response.StatusCode).ToString());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Get_ClientGoesAway_EndsTheWait()
    {
        var settings = new Dictionary<string, string?> { ["NatsRun:Http:MaxOutstandingRequests"] = "1", ["NatsRun:Http:RequestTimeout"] = "00:01:00" };
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers, settings: settings);
        var silent = true;
        await using var service = await Responder.StartAsync(app.Nats, $"{app.Prefix}.call.>", m => silent ? default : m.ReplyAsync(m.Data));
        using var leaving = new CancellationTokenSource();
        var abandoned = app.Client.GetAsync("/users/1", leaving.Token);
        await Eventually.True(() => service.Received.Count == 1, "the request reaches the service");
        await AssertProblemAsync(await app.Client.GetAsync("/users/2"), HttpStatusCode.ServiceUnavailable, "overloaded");

        await leaving.CancelAsync();
        silent = false;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        await Eventually.Equal(HttpStatusCode.OK, async () => (await app.Client.GetAsync("/users/3")).StatusCode, "the abandoned request gives its place back");
    }

    [Theory]
    [InlineData("head", "/users/1", 400)]
    [InlineData("get", "/users/1", 400)]
    [InlineData("OPTIONS", "*", 400)]
    [InlineData("CONNECT", "/users/1", 400)]
    public async Task Request_MethodOrTargetThatIsNone_Is400WithAProblem(string method, string target, int status)
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);

        var response = await app.SendRawAsync($"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{app.Url.Port}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status}", response);
        Assert.DoesNotContain(app.Log.Entries, e => e.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task Get_HeaderNamedByConnection_IsNotPassedOn()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.call.>");

        await app.SendRawAsync(
            "GET /users/1 HTTP/1.1\r\nHost: x\r\nConnection: If-Match\r\nIf-Match: hop\r\nIf-None-Match: stay\r\n\r\n" +
            "GET /users/2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        var headers = service.Received.First().Headers!;
        Assert.False(headers.ContainsKey("If-Match"));
        Assert.Equal("stay", headers["If-None-Match"]);
    }

    [Fact]
    public async Task Get_KnownProxy_ChangesNoPath()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers, settings: new() { ["NatsRun:Proxies:Known:0"] = "127.0.0.1" });
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.call.>");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/users/1");
        request.Headers.Add("X-Forwarded-Prefix", "/users");
        request.Headers.Add("X-Forwarded-Proto", "https");

        var response = await app.Client.SendAsync(request);

        Assert.Equal($"{app.Prefix}.call.get.users.1", service.Received.Single().Subject);
        Assert.Contains("secure", response.Headers.GetValues("Set-Cookie").Single());
    }

    [Fact]
    public async Task Stop_BodyThatIsSentSlowly_IsGivenUp()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers, settings: new() { ["NatsRun:Http:DrainTimeout"] = "00:00:00.200" });
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, app.Url.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync("POST /users/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n"u8.ToArray());
        await stream.ReadExactlyAsync(new byte["HTTP/1.1 100 Continue\r\n\r\n".Length]);
        await stream.WriteAsync("abc"u8.ToArray());
        var answer = new byte[12];

        var stopping = app.StopAsync();
        await stream.ReadExactlyAsync(answer);

        Assert.Equal("HTTP/1.1 503", Encoding.ASCII.GetString(answer));
        socket.Close();
        await stopping;
    }

    [Fact]
    public async Task Stop_RequestThatNobodyAnswers_Is504BeforeTheNodeIsGone()
    {
        var settings = new Dictionary<string, string?> { ["NatsRun:Http:DrainTimeout"] = "00:00:00.200", ["NatsRun:Http:RequestTimeout"] = "00:01:00" };
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers, settings: settings);
        await using var service = await Responder.StartAsync(app.Nats, $"{app.Prefix}.call.>", _ => default);
        var waiting = app.Client.GetAsync("/users/1");
        await Eventually.True(() => service.Received.Count == 1, "the request reaches the service");

        await app.StopAsync();

        await AssertProblemAsync(await waiting, HttpStatusCode.GatewayTimeout, "no-reply");
    }

    [Fact]
    public async Task Get_TooManyFromOneClient_Is429WithRetryAfter()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers, settings: new() { ["NatsRun:Http:MaxOutstandingRequestsPerClient"] = "2" });
        var held = new TaskCompletionSource();
        await using var service = await Responder.StartAsync(app.Nats, $"{app.Prefix}.call.>", m =>
        {
            _ = held.Task.ContinueWith(_ => m.ReplyAsync(new byte[1]).AsTask(), TaskScheduler.Default);
            return default;
        });
        var waiting = new[] { app.Client.GetAsync("/users/1"), app.Client.GetAsync("/users/2") };
        await Eventually.True(() => service.Received.Count == 2, "both requests reach the service");

        var refused = await app.Client.GetAsync("/users/3");
        held.SetResult();

        await AssertProblemAsync(refused, HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.All(await Task.WhenAll(waiting), r => Assert.Equal(HttpStatusCode.OK, r.StatusCode));
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("own", HttpStatusCode.OK)]
    public async Task Post_ForeignOrigin_Is403(string? origin, HttpStatusCode expected)
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.call.>");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/users/1");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "own" ? app.Url.GetLeftPart(UriPartial.Authority) : origin);
        }

        Assert.Equal(expected, (await app.Client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Requests_WithTheirCookie_KeepTheClientId()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, MapUsers);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.call.>");
        using var browser = new HttpClient { BaseAddress = app.Url };

        await browser.GetAsync("/users/1");
        await browser.GetAsync("/users/2");
        await app.Client.GetAsync("/users/3");

        var ids = service.Received.Select(m => m.Headers!["Client-Id"].ToString()).ToArray();
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
    }

    [Fact]
    public async Task Publish_AnyListener_Is202AndTheMessageArrives()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, (a, _) => a.MapNatsPublish("POST", "/log/{level}"));
        await using var service = await Responder.StartAsync(app.Nats, $"{app.Prefix}.call.post.log.*", _ => default);

        var response = await app.Client.PostAsync("/log/warn", new StringContent("x"));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        await Eventually.Equal("x", () => string.Concat(service.Received.Select(m => Encoding.UTF8.GetString(m.Data!))), "the listener has the message");
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.PostAsync("/log", null)).StatusCode);
    }

    [Fact]
    public async Task PathBase_IsNoPartOfTheSubject()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, (a, _) =>
        {
            a.UsePathBase("/base/x");
            a.UseRouting();
            a.MapNatsRequest("GET", "/users/{id}");
        });
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.call.>");

        Assert.Equal(200, await app.GetRawAsync("/Base/x/users/1?a=b"));
        Assert.Equal(200, await app.GetRawAsync("/base/%78/users/2"));
        Assert.Equal([$"{app.Prefix}.call.get.users.1", $"{app.Prefix}.call.get.users.2"], service.Received.Select(m => m.Subject));
    }

    internal static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {body}");
        Assert.Equal(MediaTypeHeaderValue.Parse("application/problem+json"), response.Content.Headers.ContentType);
        using var document = JsonDocument.Parse(body);
        Assert.Equal("urn:natsrun:problem:" + code, document.RootElement.GetProperty("type").GetString());
        Assert.Equal((int)status, document.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(response.Headers.GetValues("Request-Id").Single(), document.RootElement.GetProperty("requestId").GetString());
    }
}
