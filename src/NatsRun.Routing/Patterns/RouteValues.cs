using System.Diagnostics.CodeAnalysis;

namespace NatsRun.Routing;

/// <summary>The tokens of a subject that a pattern's wildcards stand for. Nothing is cut out or decoded before it is asked for.</summary>
/// <remarks>
/// The values are untrusted: whoever published the subject chose them, and a token may be a literal <c>*</c> or
/// <c>&gt;</c>. Never build a subject or a filter from a raw value; decode it and let <see cref="SubjectPattern.Format"/> encode it
/// again. Values are counted by wildcards, named or not, from the left. Immutable, and safe from any thread; <c>default</c> has no values.
/// </remarks>
public readonly struct RouteValues
{
    private readonly SubjectPattern? _pattern;
    private readonly string? _subject;

    internal RouteValues(SubjectPattern pattern, string subject)
    {
        _pattern = pattern;
        _subject = subject;
    }

    /// <summary>How many values there are: one for each wildcard.</summary>
    public int Count => _pattern?.Parameters.Count ?? 0;

    /// <summary>A decoded value.</summary>
    /// <param name="name">The parameter's name, without regard to case.</param>
    /// <returns>A new string.</returns>
    /// <exception cref="KeyNotFoundException">The pattern has no such parameter.</exception>
    /// <exception cref="InvalidOperationException">The parameter is <c>{*name}</c>, which has several tokens.</exception>
    /// <exception cref="FormatException">The token is none that <see cref="SubjectToken"/> makes.</exception>
    public string this[string name] =>
        TryGetValue(IndexOf(name), out var value)
            ? value
            : throw new FormatException($"The value of \"{name}\" is not an encoded token.");

    /// <summary>A value as it stands in the subject, encoded; for the rest all its tokens with their dots. Allocates nothing.</summary>
    /// <param name="index">The wildcard's place from the left, from 0.</param>
    /// <returns>A part of the subject; never empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such wildcard.</exception>
    public ReadOnlySpan<char> GetRaw(int index)
    {
        CheckIndex(index);
        var rest = _subject.AsSpan();
        for (var skip = _pattern!.GetTokenIndex(index); skip > 0; skip--)
        {
            rest = rest[(rest.IndexOf('.') + 1)..];
        }

        var dot = _pattern.IsRest(index) ? -1 : rest.IndexOf('.');
        return dot < 0 ? rest : rest[..dot];
    }

    /// <inheritdoc cref="GetRaw(int)"/>
    /// <param name="name">The parameter's name, without regard to case.</param>
    /// <exception cref="KeyNotFoundException">The pattern has no such parameter.</exception>
    public ReadOnlySpan<char> GetRaw(string name) => GetRaw(IndexOf(name));

    /// <summary>A decoded value of one token.</summary>
    /// <param name="index">The wildcard's place from the left, from 0.</param>
    /// <param name="value">A new string.</param>
    /// <returns>False when the token is none that <see cref="SubjectToken"/> makes; <see cref="GetRaw(int)"/> has it as it is.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such wildcard.</exception>
    /// <exception cref="InvalidOperationException">The wildcard is <c>&gt;</c> or <c>{*name}</c>, which has several tokens.</exception>
    public bool TryGetValue(int index, [NotNullWhen(true)] out string? value)
    {
        CheckIndex(index);
        return _pattern!.IsRest(index)
            ? throw new InvalidOperationException("The rest of a subject has several tokens: read them with TryGetTokens.")
            : SubjectToken.TryDecode(GetRaw(index), out value);
    }

    /// <summary>A decoded value of one token.</summary>
    /// <param name="name">The parameter's name, without regard to case.</param>
    /// <param name="value">A new string.</param>
    /// <returns>False when the pattern has no such parameter, or the token is none that <see cref="SubjectToken"/> makes.</returns>
    /// <exception cref="InvalidOperationException">The parameter is <c>{*name}</c>, which has several tokens.</exception>
    public bool TryGetValue(string name, [NotNullWhen(true)] out string? value)
    {
        value = null;
        var index = _pattern?.IndexOfParameter(name) ?? -1;
        return index >= 0 && TryGetValue(index, out value);
    }

    /// <summary>The decoded tokens of a value: one, or for the rest one or more.</summary>
    /// <param name="index">The wildcard's place from the left, from 0.</param>
    /// <param name="tokens">The tokens, decoded one by one.</param>
    /// <returns>False when a token is none that <see cref="SubjectToken"/> makes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such wildcard.</exception>
    public bool TryGetTokens(int index, [NotNullWhen(true)] out IReadOnlyList<string>? tokens)
    {
        tokens = null;
        var decoded = new List<string>();
        foreach (var token in Subject.EnumerateTokens(GetRaw(index)))
        {
            if (!SubjectToken.TryDecode(token, out var value))
            {
                return false;
            }

            decoded.Add(value);
        }

        tokens = decoded;
        return true;
    }

    /// <inheritdoc cref="TryGetTokens(int, out IReadOnlyList{string}?)"/>
    /// <param name="name">The parameter's name, without regard to case.</param>
    /// <param name="tokens">The tokens, decoded one by one.</param>
    /// <exception cref="KeyNotFoundException">The pattern has no such parameter.</exception>
    public bool TryGetTokens(string name, [NotNullWhen(true)] out IReadOnlyList<string>? tokens) => TryGetTokens(IndexOf(name), out tokens);

    private int IndexOf(string name)
    {
        var index = _pattern?.IndexOfParameter(name) ?? -1;
        return index >= 0 ? index : throw new KeyNotFoundException($"The pattern \"{_pattern}\" has no parameter \"{name}\".");
    }

    private void CheckIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
    }
}
