using System;

namespace Redoubt.Drawing;

/// <summary>Reads UTF-8 (RFC 3629), strictly.</summary>
public static class Utf8
{
    /// <summary>Takes the character at an index below the length, which moves on; false if the bytes are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, ref int at, out uint code)
    {
        code = text[at++];
        if (code < 0x80)
            return true;
        int more = code switch { >= 0xc2 and <= 0xdf => 1, >= 0xe0 and <= 0xef => 2, >= 0xf0 and <= 0xf4 => 3, _ => 0 };
        if (more == 0 || text.Length - at < more)
            return false;
        uint least = more switch { 1 => 0x80, 2 => 0x800, _ => 0x1_0000u };
        code &= 0x3fU >> more;
        for (; more != 0; more--, at++)
        {
            if ((text[at] & 0xc0) != 0x80)
                return false;
            code = code << 6 | (text[at] & 0x3fU);
        }

        return code >= least && code is not (>= 0xd800 and <= 0xdfff) and <= 0x10_ffff;
    }
}
