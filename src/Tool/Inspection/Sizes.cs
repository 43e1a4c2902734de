using System.Globalization;

namespace Redoubt.Tool.Inspection;

/// <summary>Numbers as a person reads them.</summary>
public static class Sizes
{
    private static readonly string[] s_units = ["B", "KiB", "MiB", "GiB"];

    /// <summary>Bytes in the largest unit that loses nothing, or with one digit after the point.</summary>
    public static string Bytes(ulong bytes)
    {
        int unit = 0;
        double value = bytes;
        for (; value >= 1024 && unit < s_units.Length - 1; unit++)
            value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {s_units[unit]}");
    }

    /// <summary>An address.</summary>
    public static string Address(ulong address)
    {
        return string.Create(CultureInfo.InvariantCulture, $"0x{address:x8}");
    }

    /// <summary>Time.</summary>
    public static string Time(double? microseconds)
    {
        return microseconds is null ? "endless" : string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000:0.##} ms");
    }
}
