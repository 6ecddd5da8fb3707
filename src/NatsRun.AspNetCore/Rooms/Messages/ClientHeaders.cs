using NATS.Client.Core;

namespace NatsRun.AspNetCore;

/// <summary>The headers of what one client sends, made once for each kind of frame. For one message at a time.</summary>
internal sealed class ClientHeaders(RoomAdmission admission)
{
    private NatsHeaders? _text;
    private NatsHeaders? _binary;

    public NatsHeaders For(bool isText) =>
        isText ? _text ??= Create(PayloadKind.Text) : _binary ??= Create(PayloadKind.Binary);

    private NatsHeaders Create(string contentType)
    {
        var headers = new NatsHeaders { [HeaderNames.ClientId] = admission.ClientId, [HeaderNames.ContentType] = contentType };
        if (admission.IsGuest)
        {
            headers[HeaderNames.ClientGuest] = "true";
        }

        return headers;
    }
}
