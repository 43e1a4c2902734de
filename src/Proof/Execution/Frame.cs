namespace Redoubt.Proof.Execution;

/// <summary>A call that has not returned; the same calls are one object. The place orders paths, see <see cref="ControlFlow"/>.</summary>
public sealed class Frame
{
    private readonly Dictionary<(ulong, string), Frame> _calls = [];

    private Frame(ulong returnAddress, Frame? caller, int[] place) =>
        (ReturnAddress, Caller, Place, Depth) = (returnAddress, caller, place, caller is null ? 0 : caller.Depth + 1);

    public ulong ReturnAddress { get; }

    public Frame? Caller { get; }

    public int Depth { get; }

    /// <summary>Places of the calls, outermost first.</summary>
    public int[] Place { get; }

    /// <summary>The frame of code that no one called.</summary>
    public static Frame Outermost() => new(0, null, []);

    /// <summary>A call from a place of this frame.</summary>
    public Frame Call(ulong returnAddress, IEnumerable<int> place)
    {
        int[] places = [.. Place, .. place];
        (ulong, string) key = (returnAddress, string.Join(' ', places));
        if (!_calls.TryGetValue(key, out Frame? frame))
            _calls[key] = frame = new Frame(returnAddress, this, places);
        return frame;
    }
}
