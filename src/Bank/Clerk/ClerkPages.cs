using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Redoubt.Bank.Evidence;
using Redoubt.Bank.Protocol;
using Redoubt.Bank.State;

namespace Redoubt.Bank.Clerk;

/// <summary>The clerk's pages and what their buttons do.</summary>
internal static class ClerkPages
{
    private static readonly byte[] s_style = ReadStyle();

    /// <summary>Makes the server.</summary>
    public static WebApplication Build(BankState state, ClerkKey key, WebApplicationBuilder builder)
    {
        builder.Services.AddRouting();
        WebApplication application = builder.Build();
        application.Use(Harden);
        application.Use(next => context => key.Check(context, next));
        application.UseRouting();
        MapPages(application, state);
        MapActions(application, state);
        return application;
    }

    private static void MapPages(IEndpointRouteBuilder routes, BankState state)
    {
        routes.MapGet("/clerk.css", () => Results.Bytes(s_style, "text/css; charset=utf-8"));
        routes.MapGet("/", context => Show<Authorisations>(context, state));
        routes.MapGet("/customers", context => Show<CustomersPage>(context, state));
        routes.MapGet("/devices", context => Show<DevicesPage>(context, state));
        routes.MapGet("/log", context => Show<LogPage>(context, state));
    }

    private static void MapActions(IEndpointRouteBuilder routes, BankState state)
    {
        Post(routes, state, "/customers/add", (form, page) => page.Letter = state.Customers.Add(form["name"], form["account"].ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal)));
        Post(routes, state, "/customers/code", (form, page) => page.Code = IssueCode(state, Number(form, "id")));
        Post(routes, state, "/customers/unlock", (form, _) => state.Customers.Unlock(Number(form, "id")));
        Post(routes, state, "/customers/unbind", (form, _) => state.Customers.Unbind(Number(form, "id")));
        Post(routes, state, "/customers/transfer", (form, page) => page.Transfer = state.Transfers.Create(Number(form, "id"), ReadPayment(form)));
        Post(routes, state, "/devices/revoke", (form, _) => state.Devices.SetRevoked(ReadDevice(form), revoked: true));
        Post(routes, state, "/devices/reinstate", (form, _) => state.Devices.SetRevoked(ReadDevice(form), revoked: false));
        Post(routes, state, "/devices/codes", (form, _) => state.Devices.ForgetCodes(ReadDevice(form)));
        Post(routes, state, "/devices/version", (form, _) => state.Devices.LeastVersion = ReadVersion(form));
    }

    /// <summary>An action; what it has to say only once is shown at once, and nowhere again.</summary>
    private static void Post(IEndpointRouteBuilder routes, BankState state, string path, Action<Form, Notice> act)
    {
        string page = path[..path.IndexOf('/', 1)];
        routes.MapPost(path, async context =>
        {
            Notice notice = new();
            try
            {
                act(new Form(await context.Request.ReadFormAsync(context.RequestAborted)), notice);
                state.Audit.Add($"clerk: {path[1..].Replace('/', ' ')}", new AuditLog.Subject(Customer: notice.Subject));
            }
            catch (Exception failure) when (failure is ArgumentException or FormatException or OverflowException)
            {
                notice.Error = failure.Message;
            }

            if (notice.IsEmpty)
                context.Response.Redirect(page);
            else if (page == "/customers")
                await Show<CustomersPage>(context, state, notice);
            else
                await Show<DevicesPage>(context, state, notice);
        });
    }

    private static (Customer, string) IssueCode(BankState state, long customer)
    {
        string code = state.Customers.IssueCode(customer);
        return (state.Customers.Find(customer)!, code);
    }

    private static async Task Show<TPage>(HttpContext context, BankState state, Notice? notice = null)
        where TPage : IComponent
    {
        await using HtmlRenderer renderer = new(context.RequestServices, context.RequestServices.GetRequiredService<ILoggerFactory>());
        Dictionary<string, object?> parameters = new() { ["State"] = state, ["Notice"] = notice ?? new Notice() };
        string page = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters))).ToHtmlString());
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync("<!doctype html>\n" + page, context.RequestAborted);
    }

    private static Task Harden(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    }

    private static long Number(Form form, string name) => long.Parse(form[name], NumberStyles.None, CultureInfo.InvariantCulture);

    private static int ReadVersion(Form form) =>
        Number(form, "version") is var version and <= ConfigurationDescriptor.MostVersion ? (int)version : throw new ArgumentException($"versions go up to {ConfigurationDescriptor.MostVersion}");

    private static DeviceId ReadDevice(Form form) => new(Convert.FromHexString(form["id"]));

    private static Payment ReadPayment(Form form)
    {
        string currency = form["currency"];
        decimal amount = decimal.Parse(form["amount"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        decimal minor = amount * (Payment.Decimals.TryGetValue(currency, out int decimals) ? (decimal)Math.Pow(10, decimals) : 1);
        if (minor != decimal.Truncate(minor))
            throw new FormatException($"the amount has more than {decimals} decimals");
        return new Payment(form["payee"], form["account"].ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal), (long)minor, currency);
    }

    private static byte[] ReadStyle()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("clerk.css")!;
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>The fields of a form; each must be there and not be empty.</summary>
    private sealed class Form(IFormCollection fields)
    {
        public string this[string name] => fields[name] is [{ Length: > 0 } value] ? value.Trim() : throw new ArgumentException($"{name} is missing");
    }
}

/// <summary>What an action has to say, once.</summary>
public sealed class Notice
{
    /// <summary>Why it failed.</summary>
    public string? Error { get; set; }

    /// <summary>What a new customer is sent.</summary>
    public Customers.Letter? Letter { get; set; }

    /// <summary>A one-time code, and whose it is.</summary>
    public (Customer Customer, string Code)? Code { get; set; }

    /// <summary>A transfer that waits to be confirmed.</summary>
    public Transfer? Transfer { get; set; }

    /// <summary>Whether there is nothing to say.</summary>
    public bool IsEmpty => Error is null && Letter is null && Code is null && Transfer is null;

    /// <summary>The customer that it is about.</summary>
    public long? Subject => Letter?.Customer.Id ?? Code?.Customer.Id ?? Transfer?.CustomerId;
}
