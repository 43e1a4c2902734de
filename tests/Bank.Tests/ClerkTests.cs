using System.Net;
using System.Text.RegularExpressions;
using Redoubt.Bank.State;
using Redoubt.Bank.Tests.Simulation;

namespace Redoubt.Bank.Tests;

/// <summary>The clerk's pages.</summary>
public sealed partial class ClerkTests
{
    [Fact]
    public async Task A_refusal_is_shown_with_its_reason()
    {
        await using TestBank bank = await TestBank.Start();
        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        Received transaction = pad.Fetch(bank.NewTransfer()).Transaction!;
        pad.Confirm(transaction with { Nonce = new byte[32] }, bank.Customer.Pin);
        using HttpClient clerk = await Open(bank);
        string page = await clerk.GetStringAsync("/", TestContext.Current.CancellationToken);
        Assert.Contains("refused: stale nonce", page, StringComparison.Ordinal);
        Assert.Contains("1,234.56 EUR", page, StringComparison.Ordinal);
        Assert.Contains("DE89 3704 0044", page, StringComparison.Ordinal);
        Assert.Contains("stale nonce", await clerk.GetStringAsync("/log", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("Ada Lovelace", await clerk.GetStringAsync("/devices", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_customer_is_added_enrolled_and_pays()
    {
        await using TestBank bank = await TestBank.Start();
        using HttpClient clerk = await Open(bank);
        string letter = await Post(clerk, "/customers/add", ("name", "Grace <Hopper>"), ("account", "us12 3456"));
        Assert.Contains("Grace &lt;Hopper&gt;", letter, StringComparison.Ordinal);
        string pin = Secret().Matches(letter)[0].Groups[1].Value;
        Customer grace = bank.State.Customers.All.Single(customer => customer.Account == "US123456");
        string code = Secret().Matches(await Post(clerk, "/customers/code", ("id", $"{grace.Id}")))[0].Groups[1].Value.Replace(" ", "", StringComparison.Ordinal);
        await Post(clerk, "/customers/transfer", ("id", $"{grace.Id}"), ("payee", "Zoë"), ("account", "de89 3704"), ("amount", "12.5"), ("currency", "EUR"));
        Transfer transfer = bank.State.Transfers.Newest(1).Single();
        Assert.Equal((1250, "DE893704"), (transfer.Payment.AmountMinor, transfer.Payment.PayeeAccount));

        using PinPad pad = bank.Connect(bank.NewDevice());
        Assert.Equal(Said.Enrolled, pad.Enrol(code).Verdict);
        Assert.Equal(Said.Authorised, pad.Confirm(pad.Fetch(transfer.Handle).Transaction!, pin).Verdict);

        Assert.DoesNotContain(pin, await clerk.GetStringAsync("/customers", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await Post(clerk, "/customers/unbind", ("id", $"{grace.Id}"));
        Assert.Null(bank.State.Customers.Find(grace.Id)!.Device);
    }

    [Fact]
    public async Task A_device_is_revoked_and_reinstated_and_old_systems_are_shut_out()
    {
        await using TestBank bank = await TestBank.Start();
        SimulatedDevice device = bank.EnrolledDevice();
        using HttpClient clerk = await Open(bank);
        string id = Convert.ToHexStringLower(device.Ueid.AsSpan(1));
        await Post(clerk, "/devices/revoke", ("id", id));
        Assert.True(bank.State.Devices.All.Single().IsRevoked);
        await Post(clerk, "/devices/reinstate", ("id", id));
        bank.Connect(device).Dispose();
        await Post(clerk, "/devices/version", ("version", "4"));
        Assert.Contains("too old", await clerk.GetStringAsync("/devices", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(4, bank.State.Devices.LeastVersion);
    }

    [Theory]
    [InlineData("/customers/transfer", "id=1&payee=A&account=B&amount=1.234&currency=EUR")]
    [InlineData("/customers/transfer", "id=1&payee=A&account=B&amount=x&currency=EUR")]
    [InlineData("/customers/transfer", "id=1&payee=A&account=B&amount=1&currency=XXX")]
    [InlineData("/customers/transfer", "id=1&payee=&account=B&amount=1&currency=EUR")]
    [InlineData("/customers/transfer", "id=1&payee=A&account=B&amount=79228162514264337593543950335&currency=EUR")]
    [InlineData("/customers/transfer", "id=99&payee=A&account=B&amount=1&currency=EUR")]
    [InlineData("/customers/code", "id=99")]
    [InlineData("/customers/code", "")]
    [InlineData("/customers/add", "name=A&account=GB29RDBT60161331926819")]
    [InlineData("/devices/revoke", "id=xyz")]
    [InlineData("/devices/version", "version=-1")]
    [InlineData("/devices/version", "version=99999999999")]
    public async Task A_mistake_is_shown_and_changes_nothing(string path, string form)
    {
        await using TestBank bank = await TestBank.Start();
        using HttpClient clerk = await Open(bank);
        using StringContent content = new(form, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        using HttpResponseMessage answer = await clerk.PostAsync(path, content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("role=\"alert\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(bank.State.Transfers.Newest(1));
        Assert.Single(bank.State.Customers.All);
    }

    [Fact]
    public async Task Nobody_gets_in_without_the_key()
    {
        await using TestBank bank = await TestBank.Start();
        using HttpClient stranger = new() { BaseAddress = new Uri(bank.Server.ClerkPage, "/") };
        foreach (string path in (string[])["/", "/customers", "/devices", "/log", "/clerk.css", "/?key=0", "/nothing"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsync("/devices/version", new FormUrlEncodedContent([]), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Other_pages_can_not_use_the_clerks_browser()
    {
        await using TestBank bank = await TestBank.Start();
        using HttpClient clerk = await Open(bank);
        clerk.DefaultRequestHeaders.Remove("Origin");
        clerk.DefaultRequestHeaders.Add("Origin", "http://127.0.0.1:1");
        using FormUrlEncodedContent form = new([new("version", "9")]);
        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.PostAsync("/devices/version", form, TestContext.Current.CancellationToken)).StatusCode);
        clerk.DefaultRequestHeaders.Host = "evil.example";
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await clerk.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(0, bank.State.Devices.LeastVersion);
    }

    [GeneratedRegex("class=\"secret\">([0-9 ]+)<")]
    private static partial Regex Secret();

    /// <summary>A browser that the clerk has opened.</summary>
    internal static async Task<HttpClient> Open(TestBank bank)
    {
        HttpClient clerk = new() { BaseAddress = new Uri(bank.Server.ClerkPage, "/") };
        using HttpResponseMessage entry = await clerk.GetAsync(bank.Server.ClerkPage, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, entry.StatusCode);
        clerk.DefaultRequestHeaders.Add("Origin", clerk.BaseAddress.GetLeftPart(UriPartial.Authority));
        return clerk;
    }

    private static async Task<string> Post(HttpClient clerk, string path, params (string Name, string Value)[] fields)
    {
        using FormUrlEncodedContent form = new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using HttpResponseMessage answer = await clerk.PostAsync(path, form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
