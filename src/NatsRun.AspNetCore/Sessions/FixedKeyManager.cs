using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace NatsRun.AspNetCore;

/// <summary>
/// Gives Data Protection keys that never change, and leaves it no choice which of them to encrypt with: the chosen one looks as if
/// it were always active, the others as if they never were. So the choice follows our clock, and a key whose end has come while
/// NATS was away goes on until there is another.
/// </summary>
internal sealed class FixedKeyManager : IKeyManager
{
    private readonly IReadOnlyCollection<IKey> _keys;

    public FixedKeyManager(IEnumerable<IKey> keys, Guid chosen) => _keys = [.. keys.Select(key => new FixedKey(key, key.KeyId == chosen))];

    public IReadOnlyCollection<IKey> GetAllKeys() => _keys;

    public CancellationToken GetCacheExpirationToken() => CancellationToken.None;

    public IKey CreateNewKey(DateTimeOffset activationDate, DateTimeOffset expirationDate) => throw Fixed();

    public void RevokeKey(Guid keyId, string? reason = null) => throw Fixed();

    public void RevokeAllKeys(DateTimeOffset revocationDate, string? reason = null) => throw Fixed();

    private static NotSupportedException Fixed() => new("The keys come from the bucket alone.");

    private sealed class FixedKey(IKey key, bool isChosen) : IKey
    {
        // Far from the ends of the calendar: Data Protection adds to these and subtracts from them.
        private static readonly DateTimeOffset Past = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private static readonly DateTimeOffset Future = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public Guid KeyId => key.KeyId;

        public bool IsRevoked => key.IsRevoked;

        public DateTimeOffset CreationDate => Past;

        public DateTimeOffset ActivationDate => isChosen ? Past : Future;

        public DateTimeOffset ExpirationDate => Future;

        public IAuthenticatedEncryptorDescriptor Descriptor => key.Descriptor;

        public IAuthenticatedEncryptor? CreateEncryptor() => key.CreateEncryptor();
    }
}
