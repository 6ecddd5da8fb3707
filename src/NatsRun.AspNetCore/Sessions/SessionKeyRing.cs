using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace NatsRun.AspNetCore;

/// <summary>
/// Encrypts and verifies tickets with one fixed set of keys. It is ASP.NET Core Data Protection in a service provider of its own,
/// apart from the application's. When the keys change a new ring takes the place of this one: a Data Protection stack that learns
/// of a new key refreshes itself in the background and meanwhile refuses what was made with it. Thread-safe.
/// </summary>
internal sealed partial class SessionKeyRing
{
    private const string ApplicationName = "NatsRun.Sessions";
    private const string Purpose = "NatsRun.Sessions.ClientId.v1";

    // A protected payload begins with a magic number (4 bytes) and the key's id (16).
    // https://learn.microsoft.com/aspnet/core/security/data-protection/implementation/authenticated-encryption-details
    private const int KeyIdOffset = 4;
    private const int KeyIdEnd = 20;

    private readonly IDataProtector _protector;
    private readonly HashSet<Guid> _keyIds;
    private readonly TicketCache _verified = new();

    private SessionKeyRing(IReadOnlyCollection<IKey> keys, IKey chosen, ILoggerFactory loggers)
    {
        Keys = keys;
        ChosenKeyId = chosen.KeyId;
        _keyIds = [.. keys.Select(key => key.KeyId)];
        var services = new ServiceCollection().AddSingleton(loggers).AddLogging();
        services.AddSingleton<IKeyManager>(new FixedKeyManager(keys, chosen.KeyId));
        services.AddDataProtection().SetApplicationName(ApplicationName).DisableAutomaticKeyGeneration();

        // Nothing in the provider needs to be disposed of; a ring that was replaced is garbage once no request uses it.
        _protector = services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>().CreateProtector(Purpose);

        // The first use is slow: it belongs here and not in a request.
        _protector.Protect([0]);
    }

    /// <summary>The keys, revoked and expired ones included.</summary>
    public IReadOnlyCollection<IKey> Keys { get; }

    /// <summary>The key that new tickets are encrypted with.</summary>
    public Guid ChosenKeyId { get; }

    /// <summary>Makes a ring of keys, which encrypts with the one that is to be used now.</summary>
    /// <exception cref="NatsRunStartException">None of the keys can be used.</exception>
    public static SessionKeyRing Create(IReadOnlyCollection<IKey> keys, DateTimeOffset now, ILoggerFactory loggers)
    {
        return Choose(keys, now, loggers) is { } chosen ? new(keys, chosen, loggers) : throw new NatsRunStartException(
            $"None of the {keys.Count} session keys in the bucket can be used. If they are encrypted, {SessionOptions.Section}:{nameof(SessionOptions.KeyEncryptionCertificatePath)} or {nameof(SessionOptions.KeyDecryptionCertificatePath)} must name their certificate.");
    }

    /// <summary>Whether a ring of the same keys would encrypt with another one by now.</summary>
    public bool IsOutdated(DateTimeOffset now, ILoggerFactory loggers) => Choose(Keys, now, loggers)?.KeyId != ChosenKeyId;

    /// <summary>The ticket as the text of a cookie.</summary>
    public string Protect(SessionTicket ticket) => Base64Url.EncodeToString(_protector.Protect(ticket.Encode()));

    /// <summary>The ticket in a cookie, or <see langword="null"/> when it is none of ours. Expiry and revocation are not looked at.</summary>
    public SessionTicket? Read(ReadOnlySpan<char> cookie) => _verified.Find(cookie) ?? ReadSlow(cookie);

    private SessionTicket? ReadSlow(ReadOnlySpan<char> cookie)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(cookie.Length)];
        if (Base64Url.DecodeFromChars(cookie, bytes, out _, out var length) != OperationStatus.Done || length < KeyIdEnd)
        {
            return null;
        }

        // Data Protection would look for an unknown key again, and throw. What is not ours shall cost as little as possible.
        if (!_keyIds.Contains(new Guid(bytes.AsSpan(KeyIdOffset..KeyIdEnd))))
        {
            return null;
        }

        try
        {
            var ticket = SessionTicket.Decode(_protector.Unprotect(bytes[..length]));
            if (ticket is not null)
            {
                _verified.Add(cookie.ToString(), ticket);
            }

            return ticket;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The usable key that became active last or, when none is active yet, the one that will be first.</summary>
    private static IKey? Choose(IReadOnlyCollection<IKey> keys, DateTimeOffset now, ILoggerFactory loggers) => keys
        .Where(key => !key.IsRevoked)
        .OrderBy(key => key.ActivationDate <= now ? now - key.ActivationDate : TimeSpan.MaxValue)
        .ThenBy(key => key.ActivationDate)
        .ThenBy(key => key.KeyId)
        .FirstOrDefault(key => IsUsable(key, loggers));

    private static bool IsUsable(IKey key, ILoggerFactory loggers)
    {
        try
        {
            return key.CreateEncryptor() is not null;
        }
        catch (Exception e)
        {
            Log.NotUsable(loggers.CreateLogger<SessionKeyRing>(), key.KeyId, e.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(731, LogLevel.Warning, "The session key {KeyId} cannot be used: {Reason}")]
        public static partial void NotUsable(ILogger logger, Guid keyId, string reason);
    }
}
