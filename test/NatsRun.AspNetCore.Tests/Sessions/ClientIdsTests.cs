namespace NatsRun.AspNetCore.Tests.Sessions;

public class ClientIdsTests
{
    [Fact]
    public void Create_Often_EachIsOfServerShapeValidAndDifferent()
    {
        var ids = Enumerable.Range(0, 10_000).Select(_ => ClientIds.Create()).ToArray();

        Assert.All(ids, id => Assert.True(ClientIds.IsServerShape(id) && Identifier.IsValid(id), id));
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(32, ids.SelectMany(id => id[1..]).Distinct().Count());
    }

    [Theory]
    [InlineData("cabcdefghijklmnop", true)]
    [InlineData("c234567abcdefghij", true)]
    [InlineData("", false)]
    [InlineData("alice", false)]
    [InlineData("cabcdefghijklmno", false)]
    [InlineData("cabcdefghijklmnopq", false)]
    [InlineData("dabcdefghijklmnop", false)]
    [InlineData("Cabcdefghijklmnop", false)]
    [InlineData("cAbcdefghijklmnop", false)]
    [InlineData("c1bcdefghijklmnop", false)]
    [InlineData("c.bcdefghijklmnop", false)]
    public void IsServerShape_Id_IsWhatTheServerMakes(string id, bool expected) => Assert.Equal(expected, ClientIds.IsServerShape(id));
}
