using CsCheck;

namespace Redoubt.Kernel.Tests;

/// <summary>Random sequences of what guests, monitors, devices and time do to virtual interrupts, against the reference.</summary>
public class VirtualInterruptPropertyTests
{
    /// <summary>INTIDs worth mixing: SGIs, the linked ones, some that only monitors pend.</summary>
    private static readonly int[] _intids =
        [0, 1, 5, 15, Guests.TimerIntid, 32, 33, Guests.DeviceIntid, Guests.DeviceIntid + 1, Guests.NotifyIntid, 48, 63];

    private static readonly Gen<ulong> _intid = Gen.OneOf(_intids.Select(intid => (ulong)intid).ToArray());

    private static readonly Gen<ulong> _mask = Gen.Int[0, (1 << _intids.Length) - 1].Select(Spread);

    [Fact]
    public void NothingIsLostOrDeliveredTwice() => Gen.Int[0, 1].SelectMany(Steps).Array[1, 100].Sample(Run, iter: 8000, threads: 1);

    private static void Run(Step[] steps)
    {
        Guests guests = new();
        foreach (Step step in steps)
        {
            step.Do(guests);
            guests.Check();
        }
        guests.Drain(0);
        guests.Drain(1);
    }

    private static Gen<Step> Steps(int who) => Gen.Frequency(
        (3, Writes(who, VirtualField.Enabled)),
        (3, Writes(who, VirtualField.Pending)),
        (3, Writes(who, VirtualField.Line)),
        (1, Writes(who, VirtualField.Active)),
        (1, Gen.Select(_intid, Gen.ULong[0, 31], (intid, priority) =>
            new Step($"{who}: priority of {intid} = {priority << 3}", guests => guests.SetPriority(who, intid, priority << 3)))),
        (1, Always($"{who}: notify", guests => guests.Notify(who))),
        (2, Gen.Bool.Select(level => new Step($"{who}: device {level}", guests => guests.SetDevice(who, level)))),
        (1, Gen.OneOf(0UL, ResumeAction.Suspend).Select(action => new Step($"{who}: resume {action}", guests => guests.Resume(who, action)))),
        (1, Always($"{who}: fault", guests => guests.Fault(who))),
        (2, Gen.ULong[0, 15].Select(intid => new Step($"{who}: SGI {intid}", guests => guests.SendToItself(who, intid)))),
        (2, Always($"{who}: WFI", guests => guests.WaitForInterrupt(who))),
        (2, Gen.Select(Gen.OneOf<ulong>(0, 1, 1, 1, 3), Gen.Long[-100, 500_000], (control, ahead) =>
            new Step($"{who}: timer {control} at {ahead}", guests => guests.SetTimer(who, control, ahead)))),
        (6, Always($"{who}: acknowledge", guests => guests.Acknowledge(who))),
        (5, Always($"{who}: end", guests => guests.End(who))),
        (2, Gen.ULong[1, 300_000].Select(ticks => new Step($"{ticks} pass", guests => guests.Pass(ticks)))),
        (2, Always("a slot passes", guests => guests.PassSlot())),
        (1, Always($"{who}: stop or start", guests => Toggle(guests, who))));

    private static Gen<Step> Writes(int who, ulong field) => Gen.Select(_mask, _mask, (mask, value) =>
        new Step($"{who}: field {field}, {mask:x} = {value:x}", guests => guests.Write(who, field, mask, value)));

    private static Gen<Step> Always(string what, Action<Guests> action) => Gen.Const(new Step(what, action));

    private static void Toggle(Guests guests, int who)
    {
        if (guests.State(who) == Lifecycle.Off)
            guests.Start(who);
        else
            guests.Stop(who);
    }

    private static ulong Spread(int chosen)
    {
        ulong mask = 0;
        for (int i = 0; i < _intids.Length; i++)
            mask |= ((ulong)(chosen >> i) & 1) << _intids[i];
        return mask;
    }

    private sealed record Step(string What, Action<Guests> Do)
    {
        public override string ToString() => What;
    }
}
