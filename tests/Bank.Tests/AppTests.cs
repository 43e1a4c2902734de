using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Redoubt.Bank.Tests.Simulation;

namespace Redoubt.Bank.Tests;

/// <summary>The door for the app on the phone, which is in the attacker's hands.</summary>
public sealed class AppTests
{
    private const string Wish = """{ "payeeName": "Grace Hopper", "payeeAccount": "GB33BUKB20201555555555", "amountMinor": 4250, "currency": "GBP" }""";

    [Fact]
    public async Task A_transfer_is_asked_for_and_followed()
    {
        await using TestBank bank = await TestBank.Start();
        using HttpClient app = Connect(bank, bank.Customer.AppKey);
        (HttpStatusCode status, JsonElement made) = await Post(app, Wish);
        Assert.Equal(HttpStatusCode.Created, status);
        string handle = made.GetProperty("handle").GetString()!;
        Assert.Equal("waiting", await StateOf(app, handle));

        using PinPad pad = bank.Connect(bank.EnrolledDevice());
        Received transaction = pad.Fetch(Convert.FromHexString(handle)).Transaction!;
        Assert.Equal(("Grace Hopper", 4250L, "GBP"), (transaction.PayeeName, transaction.Amount, transaction.Currency));
        Assert.DoesNotContain(Convert.ToHexStringLower(transaction.Txid), made.ToString(), StringComparison.Ordinal);
        Assert.Equal(Said.Authorised, pad.Confirm(transaction, bank.Customer.Pin).Verdict);
        Assert.Equal("authorised", await StateOf(app, handle));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1")]
    [InlineData("""{ "payeeName": null, "payeeAccount": "A", "amountMinor": 1, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "A", "payeeAccount": "A", "amountMinor": 0, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "A", "payeeAccount": "A", "amountMinor": -1, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "A", "payeeAccount": "A", "amountMinor": 100000000000, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "A", "payeeAccount": "A", "amountMinor": 1e99, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "A", "payeeAccount": "A", "amountMinor": 1, "currency": "eur" }""")]
    [InlineData("""{ "payeeName": "A", "payeeAccount": "a b", "amountMinor": 1, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "A", "payeeAccount": "", "amountMinor": 1, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "A", "payeeAccount": "A", "amountMinor": 1, "currency": "EUR", "text": "shown?" }""")]
    [InlineData("""{ "payeeName": "", "payeeAccount": "A", "amountMinor": 1, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": " A", "payeeAccount": "A", "amountMinor": 1, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "A\u202eB", "payeeAccount": "A", "amountMinor": 1, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "A\u200dB", "payeeAccount": "A", "amountMinor": 1, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "A\nB", "payeeAccount": "A", "amountMinor": 1, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "e\u0301", "payeeAccount": "A", "amountMinor": 1, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "\u212b", "payeeAccount": "A", "amountMinor": 1, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "\ud800", "payeeAccount": "A", "amountMinor": 1, "currency": "EUR" }""")]
    [InlineData("""{ "payeeName": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "payeeAccount": "A", "amountMinor": 1, "currency": "EUR" }""")]
    public async Task What_a_pinpad_would_not_show_is_refused(string wish)
    {
        await using TestBank bank = await TestBank.Start();
        using HttpClient app = Connect(bank, bank.Customer.AppKey);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(app, wish)).Status);
        Assert.Empty(bank.State.Transfers.Newest(10));
    }

    [Fact]
    public async Task Without_the_customers_key_there_is_nothing()
    {
        await using TestBank bank = await TestBank.Start();
        using HttpClient app = Connect(bank, new string('0', 32)), right = Connect(bank, bank.Customer.AppKey);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Post(app, Wish)).Status);
        string handle = (await Post(right, Wish)).Body.GetProperty("handle").GetString()!;
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync($"/api/transfers/{handle}", TestContext.Current.CancellationToken)).StatusCode);
        using HttpClient other = Connect(bank, bank.Server.AddCustomer("Eve", "GB00EVE").AppKey);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/api/transfers/{handle}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await right.GetAsync($"/api/transfers/{handle[2..]}zz", TestContext.Current.CancellationToken)).StatusCode);
    }

    private static HttpClient Connect(TestBank bank, string key)
    {
        HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{bank.Server.AppPort}") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Post(HttpClient app, string wish)
    {
        using StringContent content = new(wish, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await app.PostAsync("/api/transfers", content, TestContext.Current.CancellationToken);
        string body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, body.Length == 0 ? default : JsonDocument.Parse(body).RootElement);
    }

    private static async Task<string> StateOf(HttpClient app, string handle)
    {
        string body = await app.GetStringAsync($"/api/transfers/{handle}", TestContext.Current.CancellationToken);
        return JsonDocument.Parse(body).RootElement.GetProperty("state").GetString()!;
    }
}
