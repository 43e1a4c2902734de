using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using Redoubt.Handset.Apps;

namespace Redoubt.Handset.Network;

/// <summary>The bank's interface for apps, over HTTP (docs/pin-entry.md, "The app's side").</summary>
public sealed partial class BankClient : IBank, IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Talks for one customer.</summary>
    /// <param name="address">The bank's address for apps.</param>
    /// <param name="key">The customer's key for the app. It lets one ask, and authorises nothing.</param>
    public BankClient(Uri address, string key)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <inheritdoc/>
    public async Task<Transfer> CreateAsync(string payee, string account, long cents)
    {
        using HttpResponseMessage answer = await _http.PostAsJsonAsync("api/transfers", new Wish(payee, account, cents, "EUR"), Json.Default.Wish);
        return await ReadAsync(answer);
    }

    /// <inheritdoc/>
    public async Task<Transfer> FindAsync(string handle)
    {
        using HttpResponseMessage answer = await _http.GetAsync(new Uri($"api/transfers/{handle}", UriKind.Relative));
        return await ReadAsync(answer);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<Transfer> ReadAsync(HttpResponseMessage answer) =>
        answer.IsSuccessStatusCode && await answer.Content.ReadFromJsonAsync(Json.Default.Transfer) is { } transfer
            ? transfer
            : throw new HttpRequestException($"The bank answered {(int)answer.StatusCode}.");

    private sealed record Wish(string PayeeName, string PayeeAccount, long AmountMinor, string Currency);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Wish))]
    [JsonSerializable(typeof(Transfer))]
    private sealed partial class Json : JsonSerializerContext;
}
