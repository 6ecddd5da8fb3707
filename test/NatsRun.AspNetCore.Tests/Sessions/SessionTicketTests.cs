namespace NatsRun.AspNetCore.Tests.Sessions;

public class SessionTicketTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Fact]
    public void Decode_Encoded_IsTheSame()
    {
        var ticket = SessionTicket.Create(ClientIds.Create(), Now, Month);

        Assert.Equal(ticket, SessionTicket.Decode(ticket.Encode()));
    }

    [Fact]
    public void Decode_AnyOtherLengthOrVersion_IsNull()
    {
        var bytes = SessionTicket.Create(ClientIds.Create(), Now, Month).Encode();

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Null(SessionTicket.Decode(bytes.AsSpan(0, length))));
        Assert.Null(SessionTicket.Decode([.. bytes, 0]));
        bytes[0] = 2;
        Assert.Null(SessionTicket.Decode(bytes));
    }

    [Theory]
    [InlineData("alicealicealiceal")]
    [InlineData("c>bcdefghijklmnop")]
    public void Decode_IdOfAnotherShape_IsNull(string clientId) =>
        Assert.Null(SessionTicket.Decode(SessionTicket.Create(clientId, Now, Month).Encode()));

    [Fact]
    public void HasExpired_LifetimeOver_IsTrue()
    {
        var ticket = SessionTicket.Create(ClientIds.Create(), Now, Month);

        Assert.False(ticket.HasExpired(Now + Month - TimeSpan.FromSeconds(1), Month));
        Assert.True(ticket.HasExpired(Now + Month, Month));
    }

    [Fact]
    public void HasExpired_LifetimeChangedLater_ShorterCountsAndLongerDoesNot()
    {
        var ticket = SessionTicket.Create(ClientIds.Create(), Now, Month);

        Assert.True(ticket.HasExpired(Now.AddDays(1), TimeSpan.FromHours(1)));
        Assert.True(ticket.HasExpired(Now.AddDays(31), TimeSpan.FromDays(60)));
    }

    [Fact]
    public void IsPastHalf_Ticket_OnlyInTheSecondHalf()
    {
        var ticket = SessionTicket.Create(ClientIds.Create(), Now, Month);

        Assert.False(ticket.IsPastHalf(Now.AddDays(14), Month));
        Assert.True(ticket.IsPastHalf(Now.AddDays(15), Month));
    }
}
