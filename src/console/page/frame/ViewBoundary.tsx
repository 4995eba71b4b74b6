/**
 * Keeps the rest of the page alive when a view fails: what has happened is said, and the tabs still lead
 * elsewhere.
 */
import { Component, type ReactNode } from 'react';

interface ViewBoundaryProps {
  readonly children: ReactNode;
}

interface ViewBoundaryState {
  readonly error: unknown;
}

export class ViewBoundary extends Component<ViewBoundaryProps, ViewBoundaryState> {
  override readonly state: ViewBoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): ViewBoundaryState {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <p className="nothing" role="alert">
        This view has failed: {error instanceof Error ? error.message : String(error)}. Reload the page to see
        it again; the program itself goes on.
      </p>
    );
  }
}
