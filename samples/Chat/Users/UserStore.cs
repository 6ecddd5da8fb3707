using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using NatsRun;

namespace Chat;

/// <summary>Users in a key-value bucket, and an event in a stream for each that is created.</summary>
internal sealed partial class UserStore(INatsKVContext buckets, INatsJSContext jetStream, TimeProvider time)
{
    private const int WrongLastSequence = 10071;
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;
    private INatsKVStore? _bucket;

    /// <summary>Creates a user, once however often the message is delivered: the user's id follows from the message's.</summary>
    public async ValueTask<Reply> CreateAsync(QueueContext context, CreateUser body)
    {
        if (Validation.ErrorsOf(body) is { } errors)
        {
            return Reply.ValidationProblem(errors);
        }

        var user = new User(IdFor(context.MessageId), body.Name!.Trim(), body.Email!, time.GetUtcNow());
        user = await StoreAsync(user, context.CancellationToken);
        await TellAsync(user, context.CancellationToken);
        return Reply.Created($"/users/{user.Id}", user);
    }

    public async ValueTask<Reply> GetAsync(MessageContext context)
    {
        var id = context.Route("id");
        return IsId().IsMatch(id) && await FindAsync(id, context.CancellationToken) is { } user
            ? Reply.Json(user)
            : Reply.NotFound("There is no such user.");
    }

    /// <summary>Lists users in the order of their ids, <c>?limit=</c> at a time from the one after <c>?after=</c> on.</summary>
    public async ValueTask<Reply> ListAsync(MessageContext context)
    {
        var after = context.Query("after") ?? "";
        var limit = DefaultLimit;
        if (context.Query("limit") is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            return Reply.Problem(400, "The query is not acceptable.", $"limit must be a number from 1 to {MaxLimit}.");
        }

        var bucket = await BucketAsync(context.CancellationToken);
        var ids = new List<string>();
        await foreach (var id in bucket.GetKeysAsync(cancellationToken: context.CancellationToken))
        {
            if (string.CompareOrdinal(id, after) > 0)
            {
                ids.Add(id);
            }
        }

        ids.Sort(string.CompareOrdinal);
        var users = await Task.WhenAll(ids.Take(limit).Select(id => FindAsync(id, context.CancellationToken).AsTask()));
        var next = ids.Count > limit ? $"/users?after={ids[limit - 1]}&limit={limit}" : null;
        return Reply.Json(new UserPage([.. users.OfType<User>()], next));
    }

    /// <summary>Looked up once: every look-up asks the server.</summary>
    private async ValueTask<INatsKVStore> BucketAsync(CancellationToken cancellationToken) =>
        _bucket ??= await buckets.GetStoreAsync(UserTopology.Bucket, cancellationToken);

    private async ValueTask<User?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var bucket = await BucketAsync(cancellationToken);
        var entry = await bucket.TryGetEntryAsync<byte[]>(id, cancellationToken: cancellationToken);
        return entry.Success ? JsonSerializer.Deserialize<User>(entry.Value.Value, Json) : null;
    }

    /// <summary>Stores the user, or finds the one that an earlier delivery of the same message stored.</summary>
    private async ValueTask<User> StoreAsync(User user, CancellationToken cancellationToken)
    {
        var bucket = await BucketAsync(cancellationToken);
        var created = await bucket.TryCreateAsync(user.Id, JsonSerializer.SerializeToUtf8Bytes(user, Json), cancellationToken: cancellationToken);
        if (created.Success)
        {
            return user;
        }

        return created.Error is NatsKVCreateException
            ? await FindAsync(user.Id, cancellationToken) ?? throw new InvalidOperationException("The user was deleted while it was created.")
            : throw created.Error;
    }

    /// <summary>Publishes the event, expecting to be the first on its subject: a second delivery finds it there.</summary>
    private async ValueTask TellAsync(User user, CancellationToken cancellationToken)
    {
        var acknowledgement = await jetStream.PublishAsync(
            $"{UserTopology.EventPrefix}.{user.Id}.created",
            JsonSerializer.SerializeToUtf8Bytes(user, Json),
            opts: new NatsJSPubOpts { ExpectedLastSubjectSequence = 0 },
            headers: new NatsHeaders { [HeaderNames.ContentType] = "application/json" },
            cancellationToken: cancellationToken);
        if (acknowledgement.Error?.ErrCode != WrongLastSequence)
        {
            acknowledgement.EnsureSuccess();
        }
    }

    /// <summary>A short, even hash: 80 bits of SHA-256 as 20 hexadecimal digits.</summary>
    private static string IdFor(string messageId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(messageId)).AsSpan(0, 10));

    [GeneratedRegex("^[0-9a-f]{20}$")]
    private static partial Regex IsId();
}
