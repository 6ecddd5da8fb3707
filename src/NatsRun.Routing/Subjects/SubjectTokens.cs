namespace NatsRun.Routing;

/// <summary>The tokens of a subject, one after the other; made by <see cref="Subject.EnumerateTokens"/>.</summary>
public ref struct SubjectTokens
{
    private ReadOnlySpan<char> _rest;
    private bool _ended;

    internal SubjectTokens(ReadOnlySpan<char> subject) => _rest = subject;

    /// <summary>The token at which the enumeration stands; empty before the first call of <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>The enumeration itself, so that <c>foreach</c> takes it.</summary>
    /// <returns>A copy that starts where this one stands.</returns>
    public readonly SubjectTokens GetEnumerator() => this;

    /// <summary>Goes to the next token.</summary>
    /// <returns>False when there is none left.</returns>
    public bool MoveNext()
    {
        if (_ended)
        {
            return false;
        }

        var dot = _rest.IndexOf('.');
        _ended = dot < 0;
        Current = _ended ? _rest : _rest[..dot];
        _rest = _ended ? default : _rest[(dot + 1)..];
        return true;
    }
}
