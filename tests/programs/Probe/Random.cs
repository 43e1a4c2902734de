namespace Redoubt.Probing;

/// <summary>Random numbers: xorshift64* (Vigna 2016). The same seed gives the same numbers.</summary>
internal struct Random
{
    private ulong _state;

    /// <summary>Starts anew; the seed is not 0.</summary>
    public void Seed(ulong seed) => _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545_f491_4f6c_dd1d;
    }

    /// <summary>A number below a limit, which is below 2^32.</summary>
    public ulong Below(ulong limit) => ((Next() >> 32) * limit) >> 32;
}
