namespace Redoubt.Dice;

/// <summary>Numbers of the Open Profile for DICE, 2.5.</summary>
internal static class OpenDice
{
    /// <summary>Bytes of an input: a digest, and zeros behind it.</summary>
    public const int FieldSize = 64;

    /// <summary>The mode of a device as it is sold.</summary>
    public const byte Normal = 1;
}
