using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace NatsRun.Routing;

/// <summary>A pattern that subjects are matched against. Immutable, and safe from any thread.</summary>
/// <remarks>
/// <para>
/// A NATS pattern (<c>orders.*.created</c>, <c>logs.&gt;</c>) or a template (<c>orders.{id}.created</c>, <c>logs.{*rest}</c>), or both in
/// one: <c>*</c> and <c>{name}</c> stand for one token, <c>&gt;</c> and <c>{*name}</c>, which come last, for one or more. All other tokens are literal.
/// </para>
/// <para>Names are ASCII letters, digits and <c>_</c>, and unique without regard to case. Two patterns are not equal unless they are the same object: compare their filters.</para>
/// </remarks>
public sealed class SubjectPattern
{
    private readonly PatternToken[] _tokens;
    private readonly int[] _wildcards;

    private SubjectPattern(string text, PatternToken[] tokens)
    {
        Text = text;
        _tokens = tokens;
        _wildcards = [.. Enumerable.Range(0, tokens.Length).Where(i => tokens[i].Kind != PatternTokenKind.Literal)];
        Filter = string.Join('.', tokens.Select(t => t.Filter));
        Specificity = tokens.Sum(t => t.Weight);
        Parameters = new([.. _wildcards.Select(i => tokens[i].Name)]);
    }

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>The subject to subscribe to in NATS: <c>{name}</c> is <c>*</c> and <c>{*name}</c> is <c>&gt;</c>.</summary>
    public string Filter { get; }

    /// <summary>The sum over all tokens: 3 for a literal, 2 for one token of any kind, 1 for the rest.</summary>
    public int Specificity { get; }

    /// <summary>The wildcards from the left: the parameter's name, or null for <c>*</c> and <c>&gt;</c>.</summary>
    public ReadOnlyCollection<string?> Parameters { get; }

    /// <summary>Whether the pattern has no wildcard and matches one subject only.</summary>
    public bool IsLiteral => _wildcards.Length == 0;

    /// <summary>Whether the last token is <c>&gt;</c> or <c>{*name}</c>.</summary>
    public bool HasRest => _tokens[^1].Kind == PatternTokenKind.Rest;

    internal ReadOnlySpan<PatternToken> Tokens => _tokens;

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <returns>The pattern, read.</returns>
    /// <exception cref="SubjectPatternException">
    /// It is empty, has an empty token, white space or a control character, is longer than <see cref="Subject.MaxBytes"/>, <c>&gt;</c> or
    /// <c>{*name}</c> is not its last token, a wildcard or a parameter is only a part of a token, or a name is bad or there twice.
    /// </exception>
    public static SubjectPattern Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var reason = SubjectPatternParser.TryParse(pattern, out var tokens);
        return reason is null ? new SubjectPattern(pattern, tokens) : throw new SubjectPatternException(pattern, reason);
    }

    /// <summary>Reads a pattern, without an exception.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="result">The pattern, read.</param>
    /// <param name="reason">What is wrong with it, as <see cref="SubjectPatternException.Reason"/> says.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryParse(
        string pattern, [NotNullWhen(true)] out SubjectPattern? result, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        reason = SubjectPatternParser.TryParse(pattern, out var tokens);
        result = reason is null ? new SubjectPattern(pattern, tokens) : null;
        return reason is null;
    }

    /// <summary>Takes out every pattern whose subjects all match another one: the least set of filters for one consumer.</summary>
    /// <param name="patterns">Any patterns.</param>
    /// <returns>Those left, in the order given; of patterns with the same filter the first. They may still overlap.</returns>
    /// <remarks>Compares each with each, so it is meant for start-up.</remarks>
    public static IReadOnlyList<SubjectPattern> Reduce(IEnumerable<SubjectPattern> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        var distinct = patterns.DistinctBy(p => p.Filter).ToList();
        return distinct.FindAll(p => !distinct.Exists(other => other != p && other.Covers(p)));
    }

    /// <summary>Whether a subject matches. Allocates nothing.</summary>
    /// <param name="subject">The subject, from anybody; a literal <c>*</c> or <c>&gt;</c> in it is a token as any other.</param>
    /// <returns>False also for a subject with an empty token.</returns>
    public bool IsMatch(ReadOnlySpan<char> subject)
    {
        var at = 0;
        var inRest = false;
        foreach (var token in Subject.EnumerateTokens(subject))
        {
            if (token.IsEmpty || at == _tokens.Length)
            {
                return false;
            }

            ref readonly var expected = ref _tokens[at];
            if (expected.Kind == PatternTokenKind.Literal && !token.SequenceEqual(expected.Literal))
            {
                return false;
            }

            inRest = expected.Kind == PatternTokenKind.Rest;
            at += inRest ? 0 : 1;
        }

        return inRest || at == _tokens.Length;
    }

    /// <summary>Whether every subject that matches the other pattern matches this one too.</summary>
    /// <param name="other">The other pattern.</param>
    /// <returns>True also when both have the same filter.</returns>
    public bool Covers(SubjectPattern other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var i = 0; i < _tokens.Length && i < other._tokens.Length; i++)
        {
            switch (_tokens[i].Kind)
            {
                case PatternTokenKind.Rest:
                    return true;
                case PatternTokenKind.Any when other._tokens[i].Kind == PatternTokenKind.Rest:
                case PatternTokenKind.Literal when _tokens[i].Literal != other._tokens[i].Literal:
                    return false;
            }
        }

        return _tokens.Length == other._tokens.Length;
    }

    /// <summary>Whether there is a subject that matches both patterns.</summary>
    /// <param name="other">The other pattern.</param>
    /// <returns>True when they share a subject.</returns>
    public bool Overlaps(SubjectPattern other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var i = 0; i < _tokens.Length && i < other._tokens.Length; i++)
        {
            var (mine, theirs) = (_tokens[i], other._tokens[i]);
            if (mine.Kind == PatternTokenKind.Rest || theirs.Kind == PatternTokenKind.Rest)
            {
                return true;
            }

            if (mine.Kind == PatternTokenKind.Literal && theirs.Kind == PatternTokenKind.Literal && mine.Literal != theirs.Literal)
            {
                return false;
            }
        }

        return _tokens.Length == other._tokens.Length;
    }

    /// <summary>Makes a subject: each wildcard from the left takes a value, encoded as one token by <see cref="SubjectToken"/>.</summary>
    /// <param name="values">One value for each wildcard. <c>&gt;</c> and <c>{*name}</c> take all that are left, at least one, a token each.</param>
    /// <returns>A subject that matches the pattern and may be published to.</returns>
    /// <exception cref="ArgumentException">There are too few or too many values, one is no token, or the subject would be longer than <see cref="Subject.MaxBytes"/>.</exception>
    public string Format(params ReadOnlySpan<string> values)
    {
        if (values.Length < _wildcards.Length || (values.Length > _wildcards.Length && !HasRest))
        {
            throw new ArgumentException($"The pattern \"{Text}\" takes {_wildcards.Length} values, not {values.Length}.", nameof(values));
        }

        var subject = new StringBuilder();
        foreach (var token in _tokens)
        {
            var take = token.Kind switch { PatternTokenKind.Literal => 0, PatternTokenKind.Any => 1, _ => values.Length };
            subject.Append(token.Literal).Append(take == 0 ? "." : "");
            foreach (var value in values[..take])
            {
                subject.Append(SubjectToken.Encode(value)).Append('.');
            }

            values = values[take..];
        }

        subject.Length--;
        var result = subject.ToString();
        return Subject.Fits(result) ? result : throw new ArgumentException($"The subject made from \"{Text}\" is longer than {Subject.MaxBytes} bytes.", nameof(values));
    }

    /// <summary>Reads the tokens that this pattern's wildcards stand for in a subject.</summary>
    /// <param name="subject">A subject that matches the pattern.</param>
    /// <returns>The values, not decoded until asked for.</returns>
    /// <exception cref="ArgumentException">The subject does not match.</exception>
    public RouteValues GetValues(string subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return IsMatch(subject)
            ? new RouteValues(this, subject)
            : throw new ArgumentException($"The subject does not match the pattern \"{Text}\".", nameof(subject));
    }

    /// <summary>The pattern as it was written.</summary>
    /// <returns><see cref="Text"/>.</returns>
    public override string ToString() => Text;

    internal int IndexOfParameter(string name)
    {
        for (var i = 0; i < Parameters.Count; i++)
        {
            if (string.Equals(Parameters[i], name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    internal int GetTokenIndex(int parameter) => _wildcards[parameter];

    internal bool IsRest(int parameter) => _tokens[_wildcards[parameter]].Kind == PatternTokenKind.Rest;
}
