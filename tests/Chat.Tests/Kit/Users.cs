using System.Net;
using System.Net.Http.Json;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Chat.Tests;

/// <summary>Creates users over HTTP, and counts them where they are kept, by NATS alone.</summary>
public static class Users
{
    /// <summary>Creates a user and returns its id.</summary>
    public static async Task<string> CreateAsync(Demo demo)
    {
        using var response = await PostAsync(demo.Http);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return response.Headers.Location!.ToString()["/users/".Length..];
    }

    /// <param name="http">The client.</param>
    /// <param name="configure">Changes the request.</param>
    public static Task<HttpResponseMessage> PostAsync(HttpClient http, Action<HttpRequestMessage>? configure = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/users") { Content = JsonContent.Create(new { name = "Ada", email = "ada@example.org" }) };
        configure?.Invoke(request);
        return http.SendAsync(request);
    }

    /// <summary>How many users the bucket has, how many events the stream, on how many subjects, and how many requests wait in the queue.</summary>
    public static async Task<UserCounts> CountAsync(INatsConnection nats)
    {
        var jetStream = new NatsJSContext(nats);
        var events = await StateAsync("user-events", "demo.users.*.created");
        return new UserCounts((await StateAsync("KV_users")).Messages, events.Messages, events.Subjects?.Count ?? 0, (await StateAsync("users")).Messages);

        async Task<StreamState> StateAsync(string stream, string? subjects = null) =>
            (await jetStream.GetStreamAsync(stream, new StreamInfoRequest { SubjectsFilter = subjects })).Info.State;
    }
}

public readonly record struct UserCounts(long Stored, long Events, int EventSubjects, long Waiting)
{
    /// <summary>What is to be seen when this many users were created, each once.</summary>
    public static UserCounts ExactlyOnce(int users) => new(users, users, users, 0);
}
