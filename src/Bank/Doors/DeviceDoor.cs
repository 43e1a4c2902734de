using Redoubt.Bank.Evidence;
using Redoubt.Bank.Protocol;
using Redoubt.Bank.State;

namespace Redoubt.Bank.Doors;

/// <summary>HTTP with devices: one resource, one kind of request, bodies of one size.</summary>
internal sealed class DeviceDoor(BankState state, Conversation conversation)
{
    private const string Resource = "/pin-entry/1", ContentType = "application/vnd.redoubt.pin-entry";

    /// <summary>Answers a request.</summary>
    public async Task Answer(HttpContext context)
    {
        Session session = context.Features.Get<Session>() ?? throw new InvalidOperationException("a connection without a handshake");
        Answer answer;
        try
        {
            answer = conversation.Answer(session, await Read(context));
        }
        catch (MalformedException failure)
        {
            state.Audit.Refuse("request", new AuditLog.Subject(session.Device), new Refusal(Reason.MalformedRequest, failure.Message));
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.Headers.Connection = "close";
            return;
        }

        context.Response.ContentType = ContentType;
        context.Response.ContentLength = Frame.Size;
        await context.Response.Body.WriteAsync(Frame.Wrap(answer.Encode()), context.RequestAborted);
    }

    internal static async Task<Request> Read(HttpContext context)
    {
        HttpRequest request = context.Request;
        // Letter by letter: the framework's own comparisons don't tell capitals apart.
        if (request.Method != HttpMethods.Post || request.Path.Value != Resource || request.QueryString.HasValue)
            throw new MalformedException($"not POST {Resource}");
        if (request.ContentType != ContentType)
            throw new MalformedException($"the content is not {ContentType}");
        if (request.ContentLength != Frame.Size || request.Headers.TransferEncoding.Count > 0)
            throw new MalformedException($"the content does not have {Frame.Size} bytes");
        byte[] frame = new byte[Frame.Size];
        await request.Body.ReadExactlyAsync(frame, context.RequestAborted);
        return Request.Decode(Frame.Unwrap(frame));
    }
}
