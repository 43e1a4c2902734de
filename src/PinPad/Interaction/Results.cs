using System;
using Redoubt.Drawing;

namespace Redoubt.PinPad.Interaction;

/// <summary>What came of a payment or of linking a phone.</summary>
public enum Result
{
    Authorised,
    WrongPin,
    Locked,
    Cancelled,
    TimedOut,
    MissingGlyph,
    TooLong,
    Malformed,
    Refused,

    /// <summary>Before a PIN was sent, no bank that accepts this device could be reached.</summary>
    NoConnection,

    /// <summary>A PIN was sent, and nothing was heard after it.</summary>
    NoAnswer,

    Linked,
    NotLinked,
    LinkCancelled,
    LinkTimedOut,
    NoIdentity,
}

/// <summary>How results are told: a picture, a title, a sentence, and what it means.</summary>
public static class Results
{
    /// <summary>Whether it is what the person wanted.</summary>
    public static bool IsGood(Result result) => result is Result.Authorised or Result.Linked;

    /// <summary>One of <see cref="Icons"/>.</summary>
    public static uint Icon(Result result) => result switch
    {
        Result.Authorised or Result.Linked => Icons.Check,
        Result.Locked => Icons.Lock,
        Result.TimedOut or Result.LinkTimedOut => Icons.Clock,
        _ => Icons.Cross,
    };

    /// <summary>Few words.</summary>
    public static ReadOnlySpan<byte> Title(Result result) => result switch
    {
        Result.Authorised => "Authorised"u8,
        Result.WrongPin or Result.Malformed => "Not authorised"u8,
        Result.Locked => "Locked"u8,
        Result.Cancelled or Result.LinkCancelled => "Cancelled"u8,
        Result.TimedOut or Result.LinkTimedOut => "Time is up"u8,
        Result.MissingGlyph or Result.TooLong => "Can't be shown"u8,
        Result.Refused => "Refused"u8,
        Result.NoConnection => "No connection"u8,
        Result.NoAnswer => "No answer"u8,
        Result.Linked => "Linked"u8,
        Result.NotLinked => "Not linked"u8,
        _ => "Not possible"u8,
    };

    /// <summary>A sentence.</summary>
    public static ReadOnlySpan<byte> Words(Result result) => result switch
    {
        Result.Authorised => "Your bank makes the payment."u8,
        Result.WrongPin => "This is not your PIN."u8,
        Result.Locked => "There were too many wrong PINs."u8,
        Result.Cancelled => "You have not confirmed the payment."u8,
        Result.TimedOut => "Nobody has confirmed the payment."u8,
        Result.MissingGlyph => "The payee's name has a letter that this screen doesn't know."u8,
        Result.TooLong => "It is too long for this screen, which leaves nothing out."u8,
        Result.Malformed => "Your bank sent something that can't be a payment."u8,
        Result.Refused => "Your bank did not accept this."u8,
        Result.NoConnection => "Your bank can't be reached, or does not accept this phone."u8,
        Result.NoAnswer => "It is not known whether your bank makes the payment."u8,
        Result.Linked => "You can confirm payments on this phone."u8,
        Result.NotLinked => "Your bank can't be reached, or does not accept the code or this phone."u8,
        Result.LinkCancelled => "You have not sent the code."u8,
        Result.LinkTimedOut => "Nobody has typed the code."u8,
        _ => "This phone has no identity for this bank."u8,
    };

    /// <summary>What that means for the person, or what to do now; nothing if it goes without saying.</summary>
    public static ReadOnlySpan<byte> Consequence(Result result, int attemptsLeft) => result switch
    {
        Result.Authorised or Result.Linked or Result.NoIdentity => default,
        Result.WrongPin => attemptsLeft switch
        {
            4 => "4 attempts left"u8,
            3 => "3 attempts left"u8,
            2 => "2 attempts left"u8,
            _ => "1 attempt left"u8,
        },
        Result.Locked => "Please call your bank."u8,
        Result.NoAnswer => "Please ask your bank."u8,
        Result.NotLinked or Result.LinkCancelled or Result.LinkTimedOut => "This phone is not linked."u8,
        _ => "Nothing was paid."u8,
    };
}
