using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using NATS.Client.Core;

namespace NatsRun.AspNetCore;

/// <summary>Which headers of a request the message has. What is not listed does not reach NATS.</summary>
internal sealed class MessageHeaders(IOptions<GatewayOptions> options, IOptions<SubjectPrefixOptions> prefixes)
{
    private readonly string[] _forwarded = [.. options.Value.ForwardedRequestHeaders];

    public NatsHeaders Create(HttpContext context, string clientId)
    {
        var request = context.Request;
        var headers = new NatsHeaders
        {
            [HeaderNames.ClientId] = clientId,
            [HeaderNames.ReplyTo] = PushSubject(clientId),
            [HeaderNames.RequestId] = RequestId.Of(context),
            [HeaderNames.HttpMethod] = request.Method,
            [HeaderNames.HttpPath] = RawPath(context),
        };

        if (RequestTarget.QueryOf(context) is { } query)
        {
            headers[HeaderNames.HttpQuery] = HeaderText.OneLine(query);
        }

        if (request.ContentType is { Length: > 0 } contentType)
        {
            headers[HeaderNames.ContentType] = HeaderText.OneLine(contentType);
        }

        if ((Activity.Current?.Id ?? request.Headers.TraceParent.ToString()) is { Length: > 0 } traceParent)
        {
            headers["traceparent"] = HeaderText.OneLine(traceParent);
        }

        foreach (var name in _forwarded)
        {
            if (request.Headers.TryGetValue(name, out var values) && values.Count > 0 && !IsHopByHop(request, name))
            {
                headers[name] = HeaderText.OneLine(values.ToString());
            }
        }

        return headers;
    }

    /// <summary>Whether the client says that a header is for this connection alone (RFC 9110, section 7.6.1).</summary>
    private static bool IsHopByHop(HttpRequest request, string name) =>
        request.Headers.Connection is { Count: > 0 } && request.Headers.GetCommaSeparatedValues("Connection").Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The subject that reaches every socket of a client.</summary>
    public string PushSubject(string clientId) => $"{prefixes.Value.Clients}.{clientId}.push";

    /// <summary>What the headers take of the server's <c>max_payload</c>: version line, names, values, line ends.</summary>
    public static int SizeOf(NatsHeaders headers)
    {
        var size = "NATS/1.0\r\n\r\n".Length;
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                size += name.Length + Encoding.UTF8.GetByteCount(value ?? "") + 4;
            }
        }

        return size;
    }

    private static string RawPath(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return HeaderText.OneLine(query < 0 ? target : target[..query]);
    }
}
