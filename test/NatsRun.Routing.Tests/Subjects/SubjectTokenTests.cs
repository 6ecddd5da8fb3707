using FsCheck.Xunit;

namespace NatsRun.Routing.Tests;

public sealed class SubjectTokenTests
{
    [Theory]
    [InlineData("users", "users")]
    [InlineData("a.b", "a%2Eb")]
    [InlineData("*", "%2A")]
    [InlineData(">", "%3E")]
    [InlineData("100%", "100%25")]
    [InlineData("%2E", "%252E")]
    [InlineData("a b", "a%20b")]
    [InlineData("\0", "%00")]
    [InlineData("\r\n", "%0D%0A")]
    [InlineData("\u007F", "%7F")]
    [InlineData("\u0085", "%C2%85")]
    [InlineData("\u00A0", "%C2%A0")]
    [InlineData("\u2028", "%E2%80%A8")]
    [InlineData("\u3000", "%E3%80%80")]
    [InlineData("é/{x}\"\\", "é/{x}\"\\")]
    [InlineData("😀 é", "😀%20é")]
    public void Encode_Text_GivesTokenThatDecodesBack(string text, string token)
    {
        Assert.Equal(token, SubjectToken.Encode(text));
        Assert.Equal(token, SubjectToken.Encode(text.AsSpan()));
        Assert.True(SubjectToken.TryDecode(token, out var back));
        Assert.Equal(text, back);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.b")]
    [InlineData("*")]
    [InlineData(">")]
    [InlineData("a b")]
    [InlineData("a\u00A0b")]
    [InlineData("%")]
    [InlineData("%2")]
    [InlineData("%zz")]
    [InlineData("%2e")]
    [InlineData("%41")]
    [InlineData("%C3%A9")]
    [InlineData("%FF")]
    [InlineData("%C2")]
    [InlineData("%C0%AE")]
    [InlineData("%ED%A0%80")]
    [InlineData("%C2%A0%")]
    [InlineData("%F0%9F%98%80")]
    public void TryDecode_NotAnImageOfEncode_IsFalse(string token) => Assert.False(SubjectToken.TryDecode(token, out _));

    [Fact]
    public void Encode_EmptyOrHalfOfASurrogatePair_IsRefused()
    {
        foreach (var text in new[] { "", "\uD83D", "a\uDE00", "\uD83D \uDE00" })
        {
            Assert.Throws<ArgumentException>(() => SubjectToken.Encode(text));
            Assert.Throws<ArgumentException>(() => SubjectToken.Encode(text.AsSpan()));
            Assert.False(SubjectToken.TryEncode(text, out _));
            Assert.False(SubjectToken.TryDecode(text, out _));
        }
    }

    [Fact]
    public void Encode_LongText_DecodesBack()
    {
        var text = string.Concat(Enumerable.Repeat(". é\u2028😀*>", 500));
        Assert.True(SubjectToken.TryDecode(SubjectToken.Encode(text), out var back));
        Assert.Equal(text, back);
    }

    [Fact]
    public void Encode_EveryCharacter_IsValidAndDecodesBack()
    {
        for (var c = 0; c <= char.MaxValue; c++)
        {
            if (!char.IsSurrogate((char)c))
            {
                var text = ((char)c).ToString();
                var token = SubjectToken.Encode(text);
                Assert.True(Subject.IsValid(token));
                Assert.True(SubjectToken.TryDecode(token, out var back) && back == text);
            }
        }
    }

    [Property(Arbitrary = [typeof(Texts)], MaxTest = 2000)]
    public bool Encode_AnyText_IsOneValidTokenThatDecodesBack(Text text)
    {
        if (!SubjectToken.TryEncode(text.Value, out var token))
        {
            return text.Value.Length == 0;
        }

        return Subject.IsValid(token) && !token.Contains('.') && SubjectToken.TryDecode(token, out var back) && back == text.Value;
    }

    [Property(Arbitrary = [typeof(Texts)], MaxTest = 2000)]
    public bool TryDecode_AnyText_TakesOnlyImages(Text token) =>
        !SubjectToken.TryDecode(token.Value, out var text) || SubjectToken.Encode(text) == token.Value;
}
