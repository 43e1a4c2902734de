using System.Globalization;
using Redoubt.Handset.Screen;
using SkiaSharp;

namespace Redoubt.Handset.Apps;

/// <summary>The banking app: asks the bank for a transfer, and the PIN pad for its authorisation.</summary>
/// <param name="phone">What apps have in common.</param>
public sealed class Bank(Phone phone) : App
{
    private const long Most = 99_999_99;

    private static readonly (string Name, string Account)[] s_payees =
    [
        ("Alpenstrom Energy", "AT611904300234573201"), ("Nora Lindqvist", "SE4550000000058398257466"), ("City Rentals", "DE89370400440532013000"),
    ];

    private int _payee;
    private long _cents = 48_50;
    private Task<Transfer>? _work;
    private Task? _binding;
    private Transfer? _transfer;
    private string? _trouble;

    public override bool IsStale => _work is { IsCompleted: true } || _binding is { IsCompleted: true };

    public override void Draw(Page page)
    {
        Settle();
        page.Fill(Theme.Paper);
        page.Head("Meridian Bank", () => Next = new Home(phone));
        if (_work is not null)
            DrawWaiting(page, "Waiting for your PIN", "Read amount and payee on the secure screen and enter the PIN there. This app never asks for it.");
        else if (_binding is not null)
            DrawWaiting(page, "Waiting for your code", "Enter the one-time code from the bank's letter on the secure screen. This app never asks for it.");
        else if (_transfer is { } transfer)
            DrawEnd(page, transfer);
        else
            DrawForm(page);
    }

    private void DrawForm(Page page)
    {
        page.Text("Pay to", 24, 92, Theme.Strong(13), Theme.Muted);
        page.Text("Bind this phone", Theme.Width - 24, 92, Theme.Strong(13), Theme.Accent, SKTextAlign.Right);
        page.Touchable(new SKRect(Theme.Width - 140, 70, Theme.Width, 102), Bind);
        for (int i = 0; i < s_payees.Length; i++)
        {
            int chosen = i;
            SKRect row = new(24, 104 + (58 * i), Theme.Width - 24, 154 + (58 * i));
            page.Box(row, 14, i == _payee ? Theme.Accent : Theme.Card, raised: true);
            page.Text(s_payees[i].Name, row.Left + 16, row.Top + 22, Theme.Strong(15), i == _payee ? SKColors.White : Theme.Ink);
            page.Text(Grouped(s_payees[i].Account), row.Left + 16, row.Top + 40, Theme.Plain(11.5f), i == _payee ? SKColors.White.WithAlpha(0xd0) : Theme.Muted);
            page.Touchable(row, () => _payee = chosen);
        }

        page.Text(Amount(_cents), Theme.Width / 2, 324, Theme.Large(40), Theme.Ink, SKTextAlign.Center);
        DrawKeys(page, 336);
        float bottom = page.Height - 76;
        if (_trouble is { } trouble)
            page.Paragraph(trouble, Theme.Width / 2, bottom - 14, Theme.Width - 48, 12.5f, Theme.Bad);
        page.Button("Continue", bottom, _cents > 0 ? Theme.Accent : Theme.Line, SKColors.White, Ask);
    }

    private void DrawKeys(Page page, float top)
    {
        string[] keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "00", "0", "⌫"];
        for (int i = 0; i < keys.Length; i++)
        {
            string key = keys[i];
            float x = 24 + ((Theme.Width - 48) / 3 * (i % 3)), y = top + (46 * (i / 3));
            SKRect area = new(x, y, x + ((Theme.Width - 48) / 3), y + 46);
            page.Text(key == "⌫" ? "‹" : key, area.MidX, area.MidY + 8, Theme.Plain(22), Theme.Ink, SKTextAlign.Center);
            page.Touchable(area, () => Type(key));
        }
    }

    private void Type(string key)
    {
        long cents = key switch { "⌫" => _cents / 10, "00" => _cents * 100, _ => (_cents * 10) + (key[0] - '0') };
        _cents = cents <= Most ? cents : _cents;
    }

    private static void DrawWaiting(Page page, string what, string how)
    {
        page.Text(what, Theme.Width / 2, page.Height * 0.42f, Theme.Strong(22), Theme.Ink, SKTextAlign.Center);
        page.Paragraph(how, Theme.Width / 2, page.Height * 0.42f + 34, 280, 14, Theme.Muted);
    }

    private void DrawEnd(Page page, Transfer transfer)
    {
        bool done = transfer.State == "authorised";
        page.Box(new SKRect((Theme.Width / 2) - 44, 150, (Theme.Width / 2) + 44, 238), 44, done ? Theme.Good : Theme.Muted);
        page.Text(done ? "✓" : "–", Theme.Width / 2, 210, Theme.Large(44), SKColors.White, SKTextAlign.Center);
        page.Text(done ? "Sent" : "Not sent", Theme.Width / 2, 290, Theme.Large(26), Theme.Ink, SKTextAlign.Center);
        page.Text($"{Amount(_cents)} to {s_payees[_payee].Name}", Theme.Width / 2, 320, Theme.Plain(15), Theme.Muted, SKTextAlign.Center);
        page.Paragraph($"The bank says: {transfer.State}", Theme.Width / 2, 352, 300, 14, Theme.Muted);
        page.Button("Done", page.Height - 76, Theme.Accent, SKColors.White, () => Next = new Bank(phone));
    }

    private void Bind()
    {
        _trouble = Missing;
        if (_trouble is null)
            _binding = phone.PinPad!.EnrolAsync();
    }

    private string? Missing => phone.Bank is null ? "This phone has no account at the bank." : phone.PinPad is null ? "This phone has no PIN pad." : null;

    private void Ask()
    {
        if (_cents == 0)
            return;
        _trouble = Missing;
        if (_trouble is null)
            _work = AuthoriseAsync(phone.Bank!, phone.PinPad!, s_payees[_payee], _cents);
    }

    private static async Task<Transfer> AuthoriseAsync(IBank bank, IPinPad pinPad, (string Name, string Account) payee, long cents)
    {
        Transfer transfer = await bank.CreateAsync(payee.Name, payee.Account, cents);
        await pinPad.AuthoriseAsync(transfer.Handle);
        return await bank.FindAsync(transfer.Handle);
    }

    private void Settle()
    {
        if (_binding is { IsCompleted: true })
            _binding = null;
        if (_work is not { IsCompleted: true } work)
            return;
        _work = null;
        if (work.IsCompletedSuccessfully)
            _transfer = work.Result;
        else
            _trouble = work.Exception?.InnerException?.Message ?? "It was interrupted.";
    }

    private static string Amount(long cents) => (cents / 100m).ToString("#,0.00", CultureInfo.InvariantCulture) + " €";

    private static string Grouped(string account) => string.Join(' ', account.Chunk(4).Select(group => new string(group)));
}
