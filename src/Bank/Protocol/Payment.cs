using System.Globalization;
using System.Text;

namespace Redoubt.Bank.Protocol;

/// <summary>Who is paid how much: what the person sees on the secure screen.</summary>
/// <param name="PayeeName">Up to 64 characters, see <see cref="IsDisplayable"/>.</param>
/// <param name="PayeeAccount">Up to 34 capitals and digits.</param>
/// <param name="AmountMinor">In the currency's smallest unit.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record Payment(string PayeeName, string PayeeAccount, long AmountMinor, string Currency)
{
    private const int MostCharacters = 64, MostNameBytes = 128, MostAccount = 34;

    private const long MostMinor = 99_999_999_999;

    /// <summary>Currencies, and their decimals (ISO 4217).</summary>
    public static IReadOnlyDictionary<string, int> Decimals { get; } =
        ((string[])["EUR", "CHF", "CZK", "DKK", "GBP", "JPY", "NOK", "PLN", "SEK", "USD"]).ToDictionary(currency => currency, currency => currency == "JPY" ? 0 : 2);

    /// <summary>
    /// What a payee's name may have. Each range is free of combining marks, controls and characters with a canonical decomposition of one character, so that
    /// whatever is made of them is in Unicode's form NFC.
    /// </summary>
    private static readonly (int First, int Last)[] s_repertoire =
    [
        (0x20, 0x7e), (0xa1, 0xac), (0xae, 0x24f),                     // Latin
        (0x386, 0x386), (0x388, 0x3ff), (0x400, 0x482), (0x48a, 0x52f), // Greek, Cyrillic
        (0x2010, 0x2015), (0x2018, 0x201f), (0x20a0, 0x20c0),          // dashes, quotes, currencies
        (0x3041, 0x3096), (0x30a1, 0x30fc), (0x4e00, 0x9ffc), (0xac00, 0xd7a3), // Kana, CJK, Hangul
    ];

    /// <summary>Amount and currency for people: <c>1,234.50 EUR</c>.</summary>
    public string Amount
    {
        get
        {
            int decimals = Decimals[Currency];
            decimal value = AmountMinor / (decimal)Math.Pow(10, decimals);
            return string.Create(CultureInfo.InvariantCulture, $"{value.ToString($"N{decimals}", CultureInfo.InvariantCulture)} {Currency}");
        }
    }

    /// <summary>The account in groups of four.</summary>
    public string GroupedAccount => string.Join(' ', PayeeAccount.Chunk(4).Select(group => new string(group)));

    /// <summary>Why a pinpad would not show this; null if it would.</summary>
    public string? Defect => this switch
    {
        _ when !IsDisplayable(PayeeName) => "the payee's name is empty, too long, or has characters that a payee's name doesn't have",
        _ when PayeeAccount.Length is 0 or > MostAccount || !PayeeAccount.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)) =>
            $"the payee's account is not 1 to {MostAccount} capitals and digits",
        _ when !Decimals.ContainsKey(Currency) => $"the currency is none of {string.Join(", ", Decimals.Keys)}",
        _ when AmountMinor is < 1 or > MostMinor => $"the amount is not from 1 to {MostMinor} in the currency's smallest unit",
        _ => null,
    };

    private static bool IsDisplayable(string name)
    {
        if (name.Length == 0 || name.StartsWith(' ') || name.EndsWith(' ') || Encoding.UTF8.GetByteCount(name) > MostNameBytes)
            return false;
        Rune[] characters = [.. name.EnumerateRunes()];
        return characters.Length <= MostCharacters && characters.All(character => s_repertoire.Any(range => character.Value >= range.First && character.Value <= range.Last));
    }
}
