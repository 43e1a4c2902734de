using System.Security.Cryptography;
using System.Text;

namespace Redoubt.Bank.Clerk;

/// <summary>
/// What lets the clerk in, drawn at each start: the phone's software can reach this machine's ports too, and every page in a browser here can send requests to them.
/// </summary>
internal sealed class ClerkKey
{
    private const string Cookie = "clerk", Parameter = "key";

    /// <summary>The key.</summary>
    public string Value { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Lets a request through or answers it.</summary>
    public Task Check(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        if (!IsLocal(request.Host.Host))
            return End(context, StatusCodes.Status421MisdirectedRequest);
        if (Matches(request.Query[Parameter]))
        {
            context.Response.Cookies.Append(Cookie, Value, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
            context.Response.Redirect(request.Path);
            return Task.CompletedTask;
        }

        if (!Matches(request.Cookies[Cookie]))
            return End(context, StatusCodes.Status401Unauthorized);
        // A form comes from this page; SameSite doesn't tell ports apart.
        return HttpMethods.IsGet(request.Method) || request.Headers.Origin == $"{request.Scheme}://{request.Host}" ? next(context) : End(context, StatusCodes.Status403Forbidden);
    }

    private bool Matches(string? key) => key is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(Value));

    private static bool IsLocal(string host) => host is "127.0.0.1" or "localhost";

    private static Task End(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync("The clerk's page opens with the address that the bank prints when it starts.\n");
    }
}
