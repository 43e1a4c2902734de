using System.Globalization;
using Microsoft.AspNetCore.Components;
using Redoubt.Bank.State;

namespace Redoubt.Bank.Clerk;

/// <summary>What the clerk's pages have in common.</summary>
public abstract class ClerkPage : ComponentBase
{
    /// <summary>The bank.</summary>
    [Parameter]
    public object? State { get; set; }

    /// <summary>What is to be said once.</summary>
    [Parameter]
    public Notice Notice { get; set; } = new();

    /// <summary>The bank.</summary>
    internal BankState Bank => (BankState)State!;

    /// <summary>The time of day, or the day if it was another.</summary>
    protected string When(DateTime time)
    {
        DateTime local = Local(time);
        return local.ToString(local.Date == Local(Bank.Now).Date ? "HH:mm:ss" : "d MMM HH:mm", CultureInfo.InvariantCulture);
    }

    private DateTime Local(DateTime time) => TimeZoneInfo.ConvertTimeFromUtc(time, Bank.Time.LocalTimeZone);
}
