using System;
using Redoubt.Drawing;

namespace Redoubt.PinPad.Protocol;

/// <summary>Which characters a transaction may have (docs/pin-entry.md).</summary>
public static class Characters
{
    private const int LongestName = 64;

    /// <summary>Whether a payee's name has only characters that can be seen and stay where they are; an outer space can't be seen.</summary>
    public static bool IsPayeeName(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] == ' ' || text[text.Length - 1] == ' ')
            return false;
        int count = 0;
        for (int at = 0; at < text.Length; count++)
        {
            if (!Utf8.TryRead(text, ref at, out uint character) || IsForbidden(character))
                return false;
        }

        return count <= LongestName;
    }

    /// <summary>Whether an account has only capital letters and digits.</summary>
    public static bool IsAccount(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
            if (!IsCapital(text[i]) && !IsDigit(text[i]))
                return false;
        return true;
    }

    /// <summary>Whether a locale has only letters, digits and hyphens.</summary>
    public static bool IsLocale(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
            if (!IsCapital((byte)(text[i] & ~0x20)) && !IsDigit(text[i]) && text[i] != '-')
                return false;
        return true;
    }

    /// <summary>Decimals of a currency's amounts; -1 if the currency is not known.</summary>
    public static int DecimalsOf(ReadOnlySpan<byte> currency)
    {
        ReadOnlySpan<byte> two = "CHFCZKDKKEURGBPNOKPLNSEKUSD"u8;
        for (int i = 0; i < two.Length; i += 3)
            if (IsSame(currency, two.Slice(i, 3)))
                return 2;
        return IsSame(currency, "JPY"u8) ? 0 : -1;
    }

    /// <summary>Whether two texts are the same.</summary>
    public static bool IsSame(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length)
            return false;
        for (int i = 0; i < a.Length; i++)
            if (a[i] != b[i])
                return false;
        return true;
    }

    /// <summary>Whether a character is a digit.</summary>
    public static bool IsDigit(byte character) => character is >= (byte)'0' and <= (byte)'9';

    private static bool IsCapital(byte character) => character is >= (byte)'A' and <= (byte)'Z';

    // Controls, direction, joiners, what can't be seen
    private static bool IsForbidden(uint character) => character
        is <= 0x1f or (>= 0x7f and <= 0x9f) or 0xad or 0x61c or 0x180e or (>= 0x200b and <= 0x200f) or (>= 0x2028 and <= 0x202e) or (>= 0x2060 and <= 0x206f)
        or (>= 0xfe00 and <= 0xfe0f) or 0xfeff or (>= 0xfff0 and <= 0xffff) or >= 0xe0000;
}
