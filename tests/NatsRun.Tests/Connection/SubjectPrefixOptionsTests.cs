using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace NatsRun.Tests.Connection;

public sealed class SubjectPrefixOptionsTests
{
    [Fact]
    public void Prefixes_Defaults_AreValid() => Assert.Equal("demo.http", Read().Http);

    [Theory]
    [InlineData("demo.http")]
    [InlineData("demo.http.inner")]
    [InlineData("demo")]
    public void Prefixes_Overlapping_AreRefusedAndBothNamed(string call)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read(("Call", call)));

        Assert.Contains(failure.Failures, f => f.Contains("Http 'demo.http'") && f.Contains($"Call '{call}'"));
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("a.*")]
    [InlineData("a.>")]
    [InlineData("a b")]
    [InlineData("")]
    public void Prefix_NoSubject_IsRefusedByItsKey(string rooms) =>
        Assert.Contains(
            Assert.Throws<OptionsValidationException>(() => Read(("Rooms", rooms))).Failures,
            f => f.StartsWith($"NatsRun:Prefixes:Rooms: '{rooms}' is not a subject"));

    private static SubjectPrefixOptions Read(params (string Key, string Value)[] settings) =>
        new Node(settings.ToDictionary(s => "NatsRun:Prefixes:" + s.Key, s => (string?)s.Value)).Services.GetRequiredService<IOptions<SubjectPrefixOptions>>().Value;
}
