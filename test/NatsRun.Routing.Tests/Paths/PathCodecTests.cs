namespace NatsRun.Routing.Tests;

public sealed class PathCodecTests
{
    private const string Prefix = "demo.call";

    [Theory]
    [InlineData("/", "index", "/")]
    [InlineData("/?a=/b//c", "index", "/")]
    [InlineData("/index", "index", "/")]
    [InlineData("/index/", "index", "/")]
    [InlineData("/%69ndex", "index", "/")]
    [InlineData("/index/a", "index.a", "/index/a")]
    [InlineData("/users/42/orders", "users.42.orders", "/users/42/orders")]
    [InlineData("/users/", "users", "/users")]
    [InlineData("/users?q=..%zz", "users", "/users")]
    [InlineData("/Users", "Users", "/Users")]
    [InlineData("/files/a.b", "files.a%2Eb", "/files/a.b")]
    [InlineData("/%41", "A", "/A")]
    [InlineData("/*", "%2A", "/*")]
    [InlineData("/%2A", "%2A", "/*")]
    [InlineData("/>", "%3E", "/%3E")]
    [InlineData("/a/%3e/b", "a.%3E.b", "/a/%3E/b")]
    [InlineData("/...", "%2E%2E%2E", "/...")]
    [InlineData("/.a", "%2Ea", "/.a")]
    [InlineData("/%252F", "%252F", "/%252F")]
    [InlineData("/%252e%252e", "%252e%252e", "/%252e%252e")]
    [InlineData("/%00", "%00", "/%00")]
    [InlineData("/a%0d%0ab", "a%0D%0Ab", "/a%0D%0Ab")]
    [InlineData("/a%20b+c", "a%20b+c", "/a%20b+c")]
    [InlineData("/%C2%A0", "%C2%A0", "/%C2%A0")]
    [InlineData("/%e2%80%a8", "%E2%80%A8", "/%E2%80%A8")]
    [InlineData("/%C3%A9", "é", "/%C3%A9")]
    [InlineData("/%F0%9F%98%80", "😀", "/%F0%9F%98%80")]
    [InlineData("/%5C..%5C", "\\%2E%2E\\", "/%5C..%5C")]
    [InlineData("/{id}", "{id}", "/%7Bid%7D")]
    [InlineData("/a;v=1,b:c@d!$&'()~_-", "a;v=1,b:c@d!$&'()~_-", "/a;v=1,b:c@d!$&'()~_-")]
    [InlineData("/$JS/API", "$JS.API", "/$JS/API")]
    [InlineData("/%3Fa%23", "?a#", "/%3Fa%23")]
    public void TryEncode_WellFormedTarget_GivesSubjectAndNormalPath(string target, string tokens, string path)
    {
        Assert.True(PathCodec.TryEncode(target, Prefix, "GET", out var subject, out var error));
        Assert.Equal(PathError.None, error);
        Assert.Equal($"{Prefix}.get.{tokens}", subject);
        Assert.True(Subject.IsValid(subject));
        Assert.True(PathCodec.TryNormalize(target, out var normal, out _));
        Assert.Equal(path, normal);
        Assert.True(PathCodec.TryDecode(tokens, out var back));
        Assert.Equal(path, back);
    }

    [Theory]
    [InlineData("", PathError.NotAPath)]
    [InlineData("*", PathError.NotAPath)]
    [InlineData("?a", PathError.NotAPath)]
    [InlineData("users", PathError.NotAPath)]
    [InlineData("http://localhost/users", PathError.NotAPath)]
    [InlineData("//", PathError.EmptySegment)]
    [InlineData("//a", PathError.EmptySegment)]
    [InlineData("/a//b", PathError.EmptySegment)]
    [InlineData("/a//", PathError.EmptySegment)]
    [InlineData("/.", PathError.DotSegment)]
    [InlineData("/..", PathError.DotSegment)]
    [InlineData("/a/../b", PathError.DotSegment)]
    [InlineData("/a/./", PathError.DotSegment)]
    [InlineData("/%2E", PathError.DotSegment)]
    [InlineData("/%2e%2E/a", PathError.DotSegment)]
    [InlineData("/.%2e", PathError.DotSegment)]
    [InlineData("/a%2Fb", PathError.EncodedSlash)]
    [InlineData("/%2f", PathError.EncodedSlash)]
    [InlineData("/..%2f..", PathError.EncodedSlash)]
    [InlineData("/%", PathError.BadEscape)]
    [InlineData("/%4", PathError.BadEscape)]
    [InlineData("/%4/1", PathError.BadEscape)]
    [InlineData("/%zz", PathError.BadEscape)]
    [InlineData("/%%41", PathError.BadEscape)]
    [InlineData("/%u0041", PathError.BadEscape)]
    [InlineData("/%ff%fe", PathError.BadUtf8)]
    [InlineData("/%c0%af", PathError.BadUtf8)]
    [InlineData("/%c0%ae%c0%ae", PathError.BadUtf8)]
    [InlineData("/%ed%a0%80", PathError.BadUtf8)]
    [InlineData("/%f4%90%80%80", PathError.BadUtf8)]
    [InlineData("/%c3/%a9", PathError.BadUtf8)]
    [InlineData("/%e2%80", PathError.BadUtf8)]
    [InlineData("/%80", PathError.BadUtf8)]
    [InlineData("/a b", PathError.BadCharacter)]
    [InlineData("/a\0b", PathError.BadCharacter)]
    [InlineData("/a\u007Fb", PathError.BadCharacter)]
    [InlineData("/é", PathError.BadCharacter)]
    [InlineData("/\u00A0", PathError.BadCharacter)]
    [InlineData("/\u2028", PathError.BadCharacter)]
    public void TryEncode_MalformedTarget_SaysWhy(string target, PathError expected)
    {
        Assert.False(PathCodec.TryEncode(target, Prefix, "GET", out var subject, out var error));
        Assert.Equal(expected, error);
        Assert.Null(subject);
        Assert.False(PathCodec.TryNormalize(target, out var path, out error));
        Assert.Equal(expected, error);
        Assert.Null(path);
        Assert.False(PathSegments.TryParse(target, out var segments, out error));
        Assert.Equal(expected, error);
        Assert.Equal(0, segments.Count);
    }

    [Theory]
    [InlineData("GET", "get")]
    [InlineData("M-SEARCH", "m-search")]
    [InlineData("BASELINE-CONTROL", "baseline-control")]
    [InlineData("X_1", "x_1")]
    public void TryEncode_KnownMethod_IsWrittenInLowerCase(string method, string token)
    {
        Assert.True(PathCodec.TryEncode("/users/a.b", Prefix, method, out var subject, out _));
        Assert.Equal($"{Prefix}.{token}.users.a%2Eb", subject);
        Assert.True(PathCodec.TryEncode("/users", Prefix, method, out subject, out _));
        Assert.Equal($"{Prefix}.{token}.users", subject);
    }

    [Theory]
    [InlineData("")]
    [InlineData("get")]
    [InlineData("GE.T")]
    [InlineData("*")]
    [InlineData(">")]
    [InlineData("G T")]
    [InlineData("GÉT")]
    public void TryEncode_OtherMethod_IsRefused(string method)
    {
        Assert.False(PathCodec.TryEncode("/users", Prefix, method, out _, out var error));
        Assert.Equal(PathError.BadMethod, error);
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("%61", 1)]
    [InlineData("%20", 3)]
    [InlineData(".", 3)]
    [InlineData("%C3%A9", 2)]
    [InlineData("%F0%9F%98%80", 4)]
    [InlineData("%E2%80%A8", 9)]
    public void TryEncode_SubjectAroundTheLimit_IsTooLongAboveIt(string piece, int bytes)
    {
        var room = Subject.MaxBytes - $"{Prefix}.get.".Length;
        var target = "/" + new string('b', room % bytes) + string.Concat(Enumerable.Repeat(piece, room / bytes));
        Assert.True(PathCodec.TryEncode(target, Prefix, "GET", out var subject, out _));
        Assert.True(Subject.IsValid(subject));
        Assert.Equal(Subject.MaxBytes, System.Text.Encoding.UTF8.GetByteCount(subject));
        Assert.False(PathCodec.TryEncode(target + "b", Prefix, "GET", out _, out var error));
        Assert.Equal(PathError.TooLong, error);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a/")]
    [InlineData("%61")]
    [InlineData("%C3%A9/.a")]
    public void TryEncode_TenKilobytes_IsTooLong(string piece)
    {
        var target = "/" + string.Concat(Enumerable.Repeat(piece, (10 * 1024 / piece.Length) + 1));
        Assert.False(PathCodec.TryEncode(target, Prefix, "GET", out _, out var error));
        Assert.Equal(PathError.TooLong, error);
    }

    [Fact]
    public void TryEncode_NonAsciiPrefix_CountsItsBytes()
    {
        var prefix = new string('é', 400);
        Assert.True(PathCodec.TryEncode("/" + new string('a', 219), prefix, "GET", out var subject, out _));
        Assert.True(Subject.IsValid(subject));
        Assert.False(PathCodec.TryEncode("/" + new string('a', 220), prefix, "GET", out _, out var error));
        Assert.Equal(PathError.TooLong, error);
        Assert.False(PathCodec.TryEncode("/." + new string('a', 217), prefix, "GET", out _, out error));
        Assert.Equal(PathError.TooLong, error);
    }

    [Fact]
    public void TryEncode_LongestPrefix_IsTooLongAndNoMore()
    {
        var prefix = new string('a', Subject.MaxBytes - 2);
        foreach (var target in new[] { "/a", "/.a" })
        {
            Assert.False(PathCodec.TryEncode(target, prefix, "GET", out _, out var error));
            Assert.Equal(PathError.TooLong, error);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a.")]
    [InlineData("*")]
    [InlineData("a.>")]
    [InlineData("%2E")]
    [InlineData("a.%2E%2E")]
    [InlineData("a/b")]
    [InlineData("%2F")]
    [InlineData("%41")]
    [InlineData("a b")]
    public void TryDecode_TokensThatEncodeNeverMakes_IsFalse(string tokens) => Assert.False(PathCodec.TryDecode(tokens, out _));

    [Fact]
    public void TryEncode_PlainPath_AllocatesOnlyTheSubject()
    {
        var same = Allocated.By(() => "demo.call.get.users.42.orders".AsSpan().ToString());
        var encoding = Allocated.By(() => PathCodec.TryEncode("/users/42/orders", Prefix, "GET", out _, out _));
        Assert.Equal(same, encoding);
    }
}
