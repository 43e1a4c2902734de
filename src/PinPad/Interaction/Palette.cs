namespace Redoubt.PinPad.Interaction;

/// <summary>Colours, <c>0x00RRGGBB</c>: each ink on its ground has a contrast of 7:1 and more.</summary>
public static class Palette
{
    /// <summary>What a page, a key, a key that is held and a button without effect are painted with.</summary>
    public const uint Ground = 0xf1_f6f3, Key = 0xff_ffff, Held = 0xc4_dcd0, Idle = 0xdc_e6e0;

    /// <summary>Text, less important text, text on a coloured ground, and what surrounds a key or waits for a dot.</summary>
    public const uint Ink = 0x0c_1f17, Quiet = 0x35_473e, White = 0xff_ffff, Edge = 0xc9_d8d0;

    /// <summary>What is agreed to, and what is not.</summary>
    public const uint Green = 0x00_5c37, Red = 0x8a_1220;
}
