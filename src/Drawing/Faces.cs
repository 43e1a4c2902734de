namespace Redoubt.Drawing;

/// <summary>Faces that an atlas can have. A program names in its project those that it needs.</summary>
public static class Faces
{
    /// <summary>Inter Regular for small print and running text, SemiBold for what matters; all of the Latin letters.</summary>
    public const uint Caption = 1, Text = 2, Strong = 3, Title = 4;

    /// <summary>Inter Display SemiBold: keys of a keypad; amounts of money.</summary>
    public const uint Key = 5, Amount = 6;

    /// <summary>Pictures, see <see cref="Icons"/>: as high as a line of the strip, and for keys.</summary>
    public const uint Icon = 7, LargeIcon = 8;

    /// <summary>For those who need larger letters: Text, Title, Key and Amount about a third larger.</summary>
    public const uint LargeText = 9, LargeTitle = 10, LargeKey = 11, LargeAmount = 12;

    /// <summary>Pictures of results.</summary>
    public const uint Emblem = 13;
}

/// <summary>Codes of pictures, in Unicode's private use area.</summary>
public static class Icons
{
    public const uint Phone = 0xe000, Case = 0xe001, Lock = 0xe002, Next = 0xe003, Backspace = 0xe004, Check = 0xe005, Cross = 0xe006, Clock = 0xe007;
}
