using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Redoubt.Image;
using Redoubt.Tool.Commands;

namespace Redoubt.Systems;

/// <summary>A bank of its own for one test, with one customer.</summary>
public sealed class PadBank : IDisposable
{
    private readonly BankProcess _bank;
    private readonly HttpClient _app;

    /// <summary>Starts it.</summary>
    /// <param name="folder">Where it keeps everything.</param>
    /// <param name="references">What it knows of genuine systems.</param>
    public PadBank(string folder, ReferenceValues references)
    {
        string file = Path.Combine(folder, "system" + ReferenceValues.Suffix);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(file, references.ToJson());
        _bank = BankProcess.Start(folder, new BankProcess.Ports(), [file], addCustomer: true, _ => { });
        _app = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_bank.Where.AppPort}") };
        _app.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Customer.AppKey);
    }

    /// <summary>Port for pinpads, on the loopback interface.</summary>
    public int Port => _bank.Where.DevicePort;

    /// <summary>The customer, with what the bank would have sent by post.</summary>
    public BankProcess.NewCustomer Customer => _bank.Where.Customer!;

    /// <summary>The customer asks for a transfer.</summary>
    /// <returns>The handle.</returns>
    public string Ask(string payee = "Hélène Müller", long amount = 12_345)
    {
        using HttpResponseMessage answer = _app.PostAsJsonAsync("/api/transfers", new { payeeName = payee, payeeAccount = "DE89370400440532013000", amountMinor = amount, currency = "EUR" }).Result;
        answer.EnsureSuccessStatusCode();
        return answer.Content.ReadFromJsonAsync<JsonElement>().Result.GetProperty("handle").GetString()!;
    }

    /// <summary>What became of a transfer, as the bank says.</summary>
    public string StateOf(string handle) => _app.GetFromJsonAsync<JsonElement>($"/api/transfers/{handle}").Result.GetProperty("state").GetString()!;

    /// <inheritdoc/>
    public void Dispose()
    {
        _app.Dispose();
        _bank.Dispose();
    }
}
