namespace NatsRun.Routing;

/// <summary>Why a request target has no subject.</summary>
public enum PathError
{
    /// <summary>There is no error.</summary>
    None = 0,

    /// <summary>The target does not begin with <c>/</c>: it is empty, <c>*</c> or in absolute form.</summary>
    NotAPath,

    /// <summary>The method is not made of upper-case letters, digits, <c>-</c> and <c>_</c>.</summary>
    BadMethod,

    /// <summary>A character stands in the path that may only be sent percent-encoded: a blank, a control or a non-ASCII character.</summary>
    BadCharacter,

    /// <summary>A percent sign is not followed by two hexadecimal digits.</summary>
    BadEscape,

    /// <summary>A segment does not decode to well-formed UTF-8.</summary>
    BadUtf8,

    /// <summary>A segment inside the path is empty, as in <c>/a//b</c>.</summary>
    EmptySegment,

    /// <summary>A segment is <c>.</c> or <c>..</c>, written plainly or with escapes.</summary>
    DotSegment,

    /// <summary>A segment holds an escaped slash, which a server in front may or may not take for a separator.</summary>
    EncodedSlash,

    /// <summary>The whole subject would be longer than <see cref="Subject.MaxBytes"/>; in HTTP this is 414, all others are 400.</summary>
    TooLong,
}
