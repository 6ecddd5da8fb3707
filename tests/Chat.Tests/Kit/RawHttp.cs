using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Chat.Tests;

/// <summary>HTTP/1.1 by hand, for what <see cref="HttpClient"/> would tidy up before sending it.</summary>
public static class RawHttp
{
    /// <summary>Sends a request whose target goes out as it is, and returns the status and all of the response as text.</summary>
    public static async Task<(int Status, string Response)> GetAsync(Demo demo, string target)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(demo.Url.Host, demo.Url.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {demo.Url.Authority}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var response = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(15));
        return (int.Parse(response.Split(' ')[1], CultureInfo.InvariantCulture), response);
    }
}
