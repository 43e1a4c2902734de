using System;

namespace Redoubt.Dice;

/// <summary>The deterministic generator of RFC 6979, 3.2: 256-bit candidates, each of which is a function of the seed and of how many were refused.</summary>
public struct KeyGenerator
{
    private Hmac _hmac;
    private Digest _key, _value;

    /// <summary>Begins anew with the seed that two parts make, one behind the other (steps b to g).</summary>
    public void Start(scoped ReadOnlySpan<byte> first, scoped ReadOnlySpan<byte> second)
    {
        ((Span<byte>)_value).Fill(1);
        ((Span<byte>)_key).Clear();
        Update(0, first, second);
        Update(1, first, second);
    }

    /// <summary>Writes the next candidate, 32 bytes (step h, 2).</summary>
    public void Next(Span<byte> candidate)
    {
        Step();
        ((ReadOnlySpan<byte>)_value).CopyTo(candidate);
    }

    /// <summary>The last candidate was refused (step h, 3).</summary>
    public void Refuse() => Update(0, default, default);

    private void Update(byte number, scoped ReadOnlySpan<byte> first, scoped ReadOnlySpan<byte> second)
    {
        _hmac.Start(_key);
        _hmac.Append(_value);
        _hmac.Append(number);
        _hmac.Append(first);
        _hmac.Append(second);
        _hmac.Finish(_key);
        Step();
    }

    private void Step()
    {
        _hmac.Start(_key);
        _hmac.Append(_value);
        _hmac.Finish(_value);
    }
}
