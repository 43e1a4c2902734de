using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>
/// Runs what several CPUs do in every order of their accesses to shared words. Each CPU is a thread; one at a time goes on to its next access.
/// </summary>
internal sealed class Interleaver
{
    [ThreadStatic]
    private static Participant? _self;

    private readonly List<(int Chosen, int Count)> _decisions = [];

    /// <summary>Explores all orders: prepares a machine, runs the actions together, checks. Returns the number of orders.</summary>
    public static int Explore(Func<Hardware> prepare, Action[] actions, Action check)
    {
        Interleaver interleaver = new();
        int orders = 0;
        do
        {
            prepare().Step = () => _self?.Pause();
            interleaver.Run(actions);
            Hardware.Now.Step = null;
            check();
            orders++;
        }
        while (interleaver.Advance());
        return orders;
    }

    private void Run(Action[] actions)
    {
        List<Participant> waiting = [.. actions.Select(action => new Participant(action))];
        waiting.RemoveAll(participant => participant.Continue());   // all come to their first access
        for (int depth = 0; waiting.Count > 0; depth++)
        {
            if (depth == _decisions.Count)
                _decisions.Add((0, waiting.Count));
            Participant next = waiting[_decisions[depth].Chosen];
            if (next.Continue())
                waiting.Remove(next);
        }
    }

    /// <summary>The next order: the last decision that can still be another.</summary>
    private bool Advance()
    {
        while (_decisions.Count > 0)
        {
            (int chosen, int count) = _decisions[^1];
            _decisions.RemoveAt(_decisions.Count - 1);
            if (chosen + 1 < count)
            {
                _decisions.Add((chosen + 1, count));
                return true;
            }
        }
        return false;
    }

    /// <summary>A thread that stops before each access.</summary>
    private sealed class Participant
    {
        private readonly SemaphoreSlim _go = new(0), _stopped = new(0);
        private readonly Task _task;
        private bool _over;

        public Participant(Action action) => _task = Task.Factory.StartNew(() => Run(action), TaskCreationOptions.LongRunning);

        public void Pause()
        {
            _stopped.Release();
            _go.Wait();
        }

        /// <summary>Goes on to the next access; true if there is none.</summary>
        public bool Continue()
        {
            _go.Release();
            _stopped.Wait();
            if (_over)
                _task.GetAwaiter().GetResult();
            return _over;
        }

        private void Run(Action action)
        {
            _self = this;
            _go.Wait();
            try
            {
                action();
            }
            finally
            {
                _over = true;
                _stopped.Release();
            }
        }
    }
}
